"""Languages with lexical scopes and declared types, read by one engine: Go, Java, TypeScript and the like."""
