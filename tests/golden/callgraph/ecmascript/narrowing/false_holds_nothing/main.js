class File { close() { return shut(); } }
function shut() {}
function end(stream) {
  if (!stream) return absent(stream);
  return stream.close();
}
function finish(stream) { return stream ? stream.close() : absent(stream); }
function absent(stream) { if (stream) stream.close(); }
end(new File());
end(null);
finish(new File());
finish(0);
