// What the TypeScript compiler says of the uses of a source tree: one line for each call, construction, element of JSX
// and import whose target is declared in the tree, as `kind TAB file TAB line TAB name TAB target file TAB target line`.
//
//     npm install typescript
//     node compiler_uses.mjs ROOT [TSCONFIG]
//
// The files are those of the configuration; without one, all below the root, whose modules are then CommonJS. JavaScript
// is checked too.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const ts = createRequire(path.join(process.cwd(), "x.js"))("typescript");
const [rootArgument, configPath] = process.argv.slice(2);
const root = fs.realpathSync(rootArgument);

function sources(folder, found = []) {
  for (const each of fs.readdirSync(folder, { withFileTypes: true })) {
    const whole = path.join(folder, each.name);
    if (each.isDirectory() && each.name !== "node_modules" && each.name !== ".git") sources(whole, found);
    else if (each.isFile() && /\.[cm]?[jt]sx?$/.test(each.name) && fs.statSync(whole).size < 1e6) found.push(whole);
  }
  return found;
}

let files = configPath ? [] : sources(root);
let options = { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 };
if (configPath) {
  const file = path.join(root, configPath);
  const read = ts.readConfigFile(file, ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(read.config, ts.sys, path.dirname(file), { allowJs: true });
  options = parsed.options;
  files = parsed.fileNames;
}
options = {
  ...options, allowJs: true, checkJs: true, noEmit: true, skipLibCheck: true, resolveJsonModule: true, composite: false,
  isolatedDeclarations: false, target: ts.ScriptTarget.ESNext, strict: options.strict ?? false,
  jsx: options.jsx ?? ts.JsxEmit.Preserve, types: [], maxNodeModuleJsDepth: 0, noImplicitThis: true,
};
const host = ts.createCompilerHost(options);
const program = ts.createProgram(files, options, host);
const checker = program.getTypeChecker();
const lines = [];

const isOwn = (file) => file.startsWith(root + path.sep) && !file.includes("/node_modules/");
const lineOf = (source, position) => source.getLineAndCharacterOfPosition(position).line + 1;

function print(kind, at, name, declaration) {
  const source = at.getSourceFile(), target = declaration.getSourceFile();
  if (!isOwn(target.fileName)) return;
  const start = lineOf(target, declaration.getStart(target, false));
  const files = [source, target].map((each) => path.relative(root, each.fileName));
  lines.push([kind, files[0], lineOf(source, at.getEnd()), name, files[1], start].join("\t"));
}

/** The declaration that gives a function its name; undefined where nothing does. */
function named(declaration) {
  if (!declaration) return undefined;
  if (ts.isFunctionExpression(declaration) || ts.isArrowFunction(declaration) || ts.isClassExpression(declaration)) {
    let parent = declaration.parent;
    while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) parent = parent.parent;
    if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
      return parent;
    if (ts.isBinaryExpression(parent)) return parent;
    return ts.isExportAssignment(parent) ? parent : undefined;
  }
  const isDeclared = ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration) ||
    ts.isMethodSignature(declaration) || ts.isConstructorDeclaration(declaration) ||
    ts.isClassDeclaration(declaration);
  return isDeclared ? declaration : undefined;
}

function symbolOf(node) {
  let symbol = checker.getSymbolAtLocation(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol;
}

function nameNode(expression) {
  while (ts.isNonNullExpression(expression) || ts.isParenthesizedExpression(expression))
    expression = expression.expression;
  if (ts.isPropertyAccessExpression(expression)) return expression.name;
  return ts.isIdentifier(expression) || expression.kind === ts.SyntaxKind.SuperKeyword ? expression : undefined;
}

function call(node, expression, kind) {
  const name = nameNode(expression);
  if (!name) return;
  const signature = checker.getResolvedSignature(node);
  let declaration = signature?.declaration;
  const symbol = symbolOf(name);
  const cls = symbol?.declarations?.find((each) => ts.isClassLike(each));
  if (cls && name.kind !== ts.SyntaxKind.SuperKeyword) {
    // A construction: of the class that is named, whose constructor may be inherited.
    const own = declaration && ts.isConstructorDeclaration(declaration) && declaration.parent === cls;
    declaration = own ? declaration : cls;
  }
  // A variable or field of a declared type is called by that type; the function is what it is made with.
  const target = named(symbol?.valueDeclaration?.initializer) ?? named(declaration);
  if (target) print(kind, name, name.getText(), target);
}

function imported(node, specifier) {
  const source = node.getSourceFile();
  const found = ts.resolveModuleName(specifier.text, source.fileName, options, host).resolvedModule;
  let file = found && fs.realpathSync(found.resolvedFileName);
  if (!file && specifier.text.startsWith(".")) {
    const beside = path.resolve(path.dirname(source.fileName), specifier.text.split("?")[0]);
    if (fs.existsSync(beside) && fs.statSync(beside).isFile()) file = beside; // a style sheet, an image
  }
  if (!file || !isOwn(file)) return;
  const at = path.relative(root, source.fileName);
  lines.push(["import", at, lineOf(source, specifier.getStart()), specifier.text, path.relative(root, file), 1].join("\t"));
}

function visit(node) {
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === "require";
    if ((isRequire || node.expression.kind === ts.SyntaxKind.ImportKeyword) && first && ts.isStringLiteralLike(first))
      imported(node, first);
    else call(node, node.expression, "call");
  } else if (ts.isNewExpression(node)) call(node, node.expression, "new");
  else if (ts.isDecorator(node) && !ts.isCallExpression(node.expression)) call(node, node.expression, "reference");
  else if (ts.isTaggedTemplateExpression(node)) call(node, node.tag, "call");
  else if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
    if (!(ts.isIdentifier(node.tagName) && /^[a-z]/.test(node.tagName.text))) call(node, node.tagName, "call");
  } else if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
    imported(node, node.moduleSpecifier);
  else if (ts.isExternalModuleReference(node) && ts.isStringLiteralLike(node.expression))
    imported(node, node.expression);
  ts.forEachChild(node, visit);
}

for (const source of program.getSourceFiles()) if (isOwn(source.fileName)) visit(source);
process.stdout.write(lines.map((each) => each + "\n").join(""));
