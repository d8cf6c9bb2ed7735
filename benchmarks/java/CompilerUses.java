import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import javax.lang.model.element.*;
import javax.tools.*;

/**
 * What javac says of the uses of a source tree: one line for each call, construction, method reference and import whose
 * target is declared in the tree, as `kind TAB file TAB line TAB name TAB target file TAB target line`.
 *
 * <p>Arguments: the root, then the class path, "" for none. Files that do not compile are attributed as far as javac can.
 */
public final class CompilerUses {
  private static Trees trees;
  private static Path root;

  public static void main(String[] arguments) throws IOException {
    root = Path.of(arguments[0]).toRealPath();
    List<File> files = new ArrayList<>();
    for (int n = 2; n < arguments.length; n++) {
      try (var walk = Files.walk(root.resolve(arguments[n]))) {
        walk.filter(path -> path.toString().endsWith(".java"))
            .filter(path -> !path.endsWith("module-info.java") && !path.endsWith("package-info.java"))
            .sorted()
            .forEach(path -> files.add(path.toFile()));
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
    List<String> options = new ArrayList<>(List.of("-proc:none", "-Xmaxerrs", "0", "-XDshould-stop.ifError=FLOW"));
    if (!arguments[1].isEmpty()) options.addAll(List.of("-cp", arguments[1]));
    var task = (JavacTask) compiler.getTask(
        Writer.nullWriter(), manager, each -> {}, options, null, manager.getJavaFileObjectsFromFiles(files));
    trees = Trees.instance(task);
    List<CompilationUnitTree> units = new ArrayList<>();
    task.parse().forEach(units::add);
    task.analyze();
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    for (var unit : units) new Uses(out).scan(unit, null);
    out.flush();
  }

  private static String path(CompilationUnitTree unit) throws UncheckedIOException {
    try {
      return root.relativize(Path.of(unit.getSourceFile().toUri()).toRealPath()).toString();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private static final class Uses extends TreePathScanner<Void, Void> {
    private final PrintStream out;

    Uses(PrintStream out) {
      this.out = out;
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree tree, Void nothing) {
      var select = tree.getMethodSelect();
      Tree at = select;
      print("call", at, trees.getElement(new TreePath(getCurrentPath(), select)), end(select));
      return super.visitMethodInvocation(tree, nothing);
    }

    @Override
    public Void visitNewClass(NewClassTree tree, Void nothing) {
      var made = trees.getElement(getCurrentPath());
      if (tree.getClassBody() != null && made != null) made = superConstructor(tree, made);
      print("new", tree, made, end(tree.getIdentifier()));
      return super.visitNewClass(tree, nothing);
    }

    @Override
    public Void visitMemberReference(MemberReferenceTree tree, Void nothing) {
      print("reference", tree, trees.getElement(getCurrentPath()), end(tree));
      return super.visitMemberReference(tree, nothing);
    }

    @Override
    public Void visitImport(ImportTree tree, Void nothing) {
      if (tree.getQualifiedIdentifier() instanceof MemberSelectTree select && !select.getIdentifier().contentEquals("*")) {
        Tree at = tree.isStatic() ? select.getExpression() : select;
        var path = TreePath.getPath(getCurrentPath().getCompilationUnit(), at);
        print("import", tree, trees.getElement(path), end(tree));
      }
      return null;
    }

    /** The constructor of the class that an anonymous one extends; null where it implements an interface, or several fit. */
    private Element superConstructor(NewClassTree tree, Element made) {
      var above = ((TypeElement) made.getEnclosingElement()).getSuperclass();
      if (!(above instanceof javax.lang.model.type.DeclaredType declared)) return null;
      var fitting = javax.lang.model.util.ElementFilter.constructorsIn(declared.asElement().getEnclosedElements());
      fitting.removeIf(each -> each.getParameters().size() != tree.getArguments().size());
      return fitting.size() == 1 ? fitting.get(0) : null;
    }

    private long end(Tree tree) {
      var unit = getCurrentPath().getCompilationUnit();
      return trees.getSourcePositions().getEndPosition(unit, tree);
    }

    private void print(String kind, Tree tree, Element element, long end) {
      var unit = getCurrentPath().getCompilationUnit();
      if (element == null || end < 0) return;
      var target = trees.getPath(element);
      var declared = element;
      if (target == null && element.getKind() == ElementKind.CONSTRUCTOR) {
        declared = element.getEnclosingElement();
        target = trees.getPath(declared);
      }
      if (target == null) return;
      var other = target.getCompilationUnit();
      long start = trees.getSourcePositions().getStartPosition(other, target.getLeaf());
      if (start < 0) { // a constructor that nobody wrote
        target = trees.getPath(element.getEnclosingElement());
        start = trees.getSourcePositions().getStartPosition(other, target.getLeaf());
      }
      out.printf(
          "%s\t%s\t%d\t%s\t%s\t%d%n", kind, path(unit), unit.getLineMap().getLineNumber(end),
          declared.getSimpleName(), path(other), other.getLineMap().getLineNumber(start));
    }
  }
}
