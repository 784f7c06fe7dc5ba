from lib import handler
handler()
