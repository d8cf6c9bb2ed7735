"""Name resolution of languages with lexical scopes and declared types: Go, Java, TypeScript and the like."""
