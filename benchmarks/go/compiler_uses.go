// What Go's type checker says of the uses of a source tree: one line for each call, reference, import and
// implementation of an interface whose target is declared in the tree, as
// `kind TAB file TAB line TAB name TAB target file TAB target line`.
//
// Arguments: the root, then the operating system, architecture and tags of the build, each "" for the default.
// Packages that are not in the tree or the standard library stay unknown, and so do calls that depend on them:
// `unknown TAB file TAB line` are lines with such a call or type, `file TAB path` the files of the build.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

type checker struct {
	root     string
	fset     *token.FileSet
	context  build.Context
	folders  map[string]string // import path: folder
	packages map[string]*types.Package
	standard types.ImporterFrom
	out      *bufio.Writer
	named    map[*types.TypeName]bool
	called   map[*ast.Ident]bool
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`)

func main() {
	root, _ := filepath.EvalSymlinks(os.Args[1])
	c := &checker{root: root, fset: token.NewFileSet(), context: build.Default, folders: map[string]string{},
		packages: map[string]*types.Package{}, out: bufio.NewWriter(os.Stdout), named: map[*types.TypeName]bool{},
		called: map[*ast.Ident]bool{}}
	defer c.out.Flush()
	c.context.CgoEnabled = false
	build.Default.CgoEnabled = false
	for at, field := range []*string{&c.context.GOOS, &c.context.GOARCH} {
		if len(os.Args) > at+2 && os.Args[at+2] != "" {
			*field = os.Args[at+2]
		}
	}
	if len(os.Args) > 4 && os.Args[4] != "" {
		c.context.BuildTags = strings.Split(os.Args[4], ",")
	}
	c.standard = importer.ForCompiler(c.fset, "source", nil).(types.ImporterFrom)
	modules := map[string]string{}
	folders := []string{}
	filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil
		}
		if entry.Name() == ".git" || entry.Name() == "vendor" {
			return filepath.SkipDir
		}
		if text, err := os.ReadFile(filepath.Join(path, "go.mod")); err == nil {
			if found := moduleLine.FindSubmatch(text); found != nil {
				modules[path] = string(found[1])
			}
		}
		folders = append(folders, path)
		return nil
	})
	for _, folder := range folders {
		for at := folder; strings.HasPrefix(at, root); at = filepath.Dir(at) {
			if module, ok := modules[at]; ok {
				inside, _ := filepath.Rel(at, folder)
				path := strings.TrimSuffix(module+"/"+filepath.ToSlash(inside), "/.")
				if _, taken := c.folders[path]; !taken {
					c.folders[path] = folder
				}
				break
			}
		}
	}
	paths := []string{}
	for path := range c.folders {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	for _, path := range paths {
		c.checkFolder(path)
	}
	c.implementations()
}

// Import gives a package of the tree from its sources, without tests; others from the standard library.
func (c *checker) Import(path string) (*types.Package, error) {
	if found, ok := c.packages[path]; ok {
		if found == nil {
			return nil, fmt.Errorf("not there: %s", path)
		}
		return found, nil
	}
	folder, ok := c.folders[path]
	if !ok {
		c.packages[path] = nil
		if strings.Contains(strings.Split(path, "/")[0], ".") {
			return nil, fmt.Errorf("not there: %s", path)
		}
		found, err := c.standard.ImportFrom(path, c.root, 0)
		c.packages[path] = found
		return found, err
	}
	c.packages[path] = types.NewPackage(path, "")
	files, _ := c.parse(folder)
	if len(files[0]) == 0 {
		c.packages[path] = nil
		return nil, fmt.Errorf("no files: %s", path)
	}
	found, _ := c.check(path, files[0], nil)
	c.packages[path] = found
	return found, nil
}

// The files of a package, the tests inside of it, and those outside.
func (c *checker) parse(folder string) ([3][]*ast.File, []string) {
	var files [3][]*ast.File
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		if matches, err := c.context.MatchFile(folder, name); err != nil || !matches {
			continue
		}
		file, _ := parser.ParseFile(c.fset, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if file == nil {
			continue
		}
		kind := 0
		if strings.HasSuffix(name, "_test.go") {
			kind = 1
			if strings.HasSuffix(file.Name.Name, "_test") {
				kind = 2
			}
		}
		files[kind] = append(files[kind], file)
	}
	return files, nil
}

func (c *checker) check(path string, files []*ast.File, info *types.Info) (*types.Package, error) {
	config := types.Config{Importer: c, Error: func(error) {}, FakeImportC: true}
	return config.Check(path, c.fset, files, info)
}

func (c *checker) checkFolder(path string) {
	files, _ := c.parse(c.folders[path])
	if len(files[0])+len(files[1]) > 0 {
		c.report(path, append(files[0], files[1]...))
	}
	if len(files[2]) > 0 {
		c.report(path+"_test", files[2])
	}
}

func (c *checker) report(path string, files []*ast.File) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Types:      map[ast.Expr]types.TypeAndValue{}, Implicits: map[ast.Node]types.Object{}}
	c.check(path, files, info)
	for _, defined := range info.Defs {
		if named, ok := defined.(*types.TypeName); ok && !named.IsAlias() {
			if _, ok := named.Type().(*types.Named); ok { // no type parameter
				c.named[named] = true
			}
		}
	}
	for _, file := range files {
		place := c.fset.PositionFor(file.Pos(), false)
		fmt.Fprintf(c.out, "file\t%s\n", c.path(place.Filename))
		c.imports(file, info)
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				c.call(call, info)
			}
			return true
		})
	}
	for name, used := range info.Uses {
		switch used := used.(type) {
		case *types.Func:
			if !c.called[name] {
				c.print("reference", name.Pos(), used.Origin())
			}
		case *types.Var:
			if used.IsField() || used.Parent() == used.Pkg().Scope() {
				c.print("reference", name.Pos(), used.Origin())
			}
		case *types.Const:
			if used.Pkg() != nil && used.Parent() == used.Pkg().Scope() {
				c.print("reference", name.Pos(), used)
			}
		case *types.TypeName:
			if _, isParameter := used.Type().(*types.TypeParam); !isParameter {
				c.print("reference", name.Pos(), used)
			}
		}
	}
}

func (c *checker) call(call *ast.CallExpr, info *types.Info) {
	callee := call.Fun
	for {
		if inner, ok := callee.(*ast.ParenExpr); ok {
			callee = inner.X
		} else if inner, ok := callee.(*ast.IndexExpr); ok {
			callee = inner.X
		} else if inner, ok := callee.(*ast.IndexListExpr); ok {
			callee = inner.X
		} else {
			break
		}
	}
	var name *ast.Ident
	switch callee := callee.(type) {
	case *ast.Ident:
		name = callee
	case *ast.SelectorExpr:
		name = callee.Sel
	default:
		return
	}
	used := info.Uses[name]
	if used == nil {
		place := c.fset.PositionFor(name.Pos(), false)
		fmt.Fprintf(c.out, "unknown\t%s\t%d\n", c.path(place.Filename), place.Line)
		return
	}
	if function, ok := used.(*types.Func); ok {
		c.called[name] = true
		c.print("call", name.Pos(), function.Origin())
	}
}

// Files that declare what a file uses of a package; of an import that is only run, all that the build has of it.
func (c *checker) imports(file *ast.File, info *types.Info) {
	for _, spec := range file.Imports {
		folder := c.folders[strings.Trim(spec.Path.Value, "\"`")]
		if folder != "" && spec.Name != nil && spec.Name.Name == "_" {
			files, _ := c.parse(folder)
			for _, each := range files[0] {
				c.print("import", file.Pos(), types.NewLabel(each.Pos(), nil, "_"))
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok {
				if pkg, ok := info.Uses[name].(*types.PkgName); ok {
					if used := info.Uses[selector.Sel]; used != nil && c.folders[pkg.Imported().Path()] != "" {
						c.print("import", file.Pos(), used)
					}
				}
			}
		}
		return true
	})
}

func (c *checker) implementations() {
	var all []*types.TypeName
	for each := range c.named {
		all = append(all, each)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Pos() < all[j].Pos() })
	seen := map[string]bool{}
	byFile := map[string]*types.TypeName{}
	for _, each := range all {
		byFile[c.fset.PositionFor(each.Pos(), false).String()] = each
	}
	generic := map[*types.TypeName]bool{}
	for _, each := range all {
		if each.Type().(*types.Named).TypeParams().Len() > 0 {
			place := c.fset.PositionFor(each.Pos(), false)
			fmt.Fprintf(c.out, "unknown\t%s\t%d\n", c.path(place.Filename), place.Line)
			generic[each] = true
		}
	}
	for _, wanted := range all {
		interface_, ok := wanted.Type().Underlying().(*types.Interface)
		if !ok || generic[wanted] || interface_.NumMethods() == 0 || !interface_.IsMethodSet() {
			continue
		}
		place := c.fset.PositionFor(wanted.Pos(), false)
		invalid := false
		for n := 0; n < interface_.NumMethods(); n++ {
			invalid = invalid || strings.Contains(spelled(interface_.Method(n)), "invalid type")
		}
		if invalid {
			fmt.Fprintf(c.out, "unknown\t%s\t%d\n", c.path(place.Filename), place.Line)
			continue
		}
		for _, each := range all {
			if generic[each] || types.IsInterface(each.Type()) {
				continue
			}
			if !c.implements(types.NewPointer(each.Type()), interface_) {
				continue
			}
			key := c.fset.PositionFor(each.Pos(), false).String() + c.fset.PositionFor(wanted.Pos(), false).String()
			if !seen[key] {
				seen[key] = true
				c.print("implements", each.Pos(), wanted)
			}
		}
	}
}

// Packages are checked once with their tests and once without, which makes two of each type: they are compared by name.
func (c *checker) implements(each types.Type, wanted *types.Interface) bool {
	for n := 0; n < wanted.NumMethods(); n++ {
		method := wanted.Method(n)
		found, _, _ := types.LookupFieldOrMethod(each, true, method.Pkg(), method.Name())
		if found == nil && !method.Exported() {
			if named := each.(*types.Pointer).Elem().(*types.Named); named.Obj().Pkg().Path() == method.Pkg().Path() {
				found, _, _ = types.LookupFieldOrMethod(each, true, named.Obj().Pkg(), method.Name())
			}
		}
		function, ok := found.(*types.Func)
		if !ok || spelled(function) != spelled(method) {
			return false
		}
	}
	return true
}

func spelled(method *types.Func) string {
	return signatureText(method.Type().(*types.Signature))
}

func signatureText(signature *types.Signature) string {
	text := ""
	for _, list := range []*types.Tuple{signature.Params(), signature.Results()} {
		for n := 0; n < list.Len(); n++ {
			text += typeText(list.At(n).Type()) + ","
		}
		text += fmt.Sprint(";", signature.Variadic())
	}
	return text
}

// A type as it is spelled without aliases.
func typeText(of types.Type) string {
	switch of := types.Unalias(of).(type) {
	case *types.Pointer:
		return "*" + typeText(of.Elem())
	case *types.Slice:
		return "[]" + typeText(of.Elem())
	case *types.Map:
		return "map[" + typeText(of.Key()) + "]" + typeText(of.Elem())
	case *types.Signature:
		return "func(" + signatureText(of) + ")"
	default:
		return types.TypeString(of, nil)
	}
}

func (c *checker) print(kind string, at token.Pos, used types.Object) {
	if !used.Pos().IsValid() {
		return
	}
	place, target := c.fset.PositionFor(at, false), c.fset.PositionFor(used.Pos(), false)
	if strings.HasPrefix(target.Filename, c.root+"/") {
		fmt.Fprintf(c.out, "%s\t%s\t%d\t%s\t%s\t%d\n", kind, c.path(place.Filename), place.Line, used.Name(),
			c.path(target.Filename), target.Line)
	}
}

func (c *checker) path(file string) string {
	inside, _ := filepath.Rel(c.root, file)
	return filepath.ToSlash(inside)
}
