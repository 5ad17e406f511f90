"""The watch: what looks at the hub from outside its processes, and says when it is not well."""
