class File { close() { return shut(); } }
function shut() {}
function end(stream) {
  if (stream == null) absent(stream);
  else stream.close();
}
function stop(stream) {
  if (stream === undefined) return absent(stream);
  return stream.close();
}
function absent(stream) { if (stream) stream.close(); }
end(new File());
end(null);
stop(new File());
stop();
