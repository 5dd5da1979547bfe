# Show the line: Hello, Python!
