"""Where the index is kept, whether it is whole, and which generation it is: lestockage, segments, manifest, recovery. Does not interpret what it keeps."""
