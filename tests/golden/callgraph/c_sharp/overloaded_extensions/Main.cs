using System;
using System.Globalization;
using App.Text;

namespace App.Text
{
    internal static class StringUtils
    {
        public static string FormatWith(this string format, IFormatProvider provider, object one)
        {
            return FormatWith(format, provider, one, null);
        }

        public static string FormatWith(this string format, IFormatProvider provider, object one, object two)
        {
            return string.Format(provider, format, one, two);
        }
    }
}

namespace App
{
    public class Report
    {
        public string One(string text)
        {
            return "{0}".FormatWith(CultureInfo.InvariantCulture, text);
        }

        public string Two(string text)
        {
            return text.FormatWith(CultureInfo.InvariantCulture, 1, 2);
        }

        public string Three(string text)
        {
            return StringUtils.FormatWith(text, CultureInfo.InvariantCulture, 1);
        }
    }
}
