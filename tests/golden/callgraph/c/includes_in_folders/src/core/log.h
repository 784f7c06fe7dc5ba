void log_line(int n);
