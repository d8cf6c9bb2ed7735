import com.intellij.openapi.util.Disposer
import com.intellij.psi.PsiComment
import com.intellij.psi.PsiElement
import com.intellij.psi.PsiNameIdentifierOwner
import com.intellij.psi.PsiWhiteSpace
import java.io.File
import org.jetbrains.kotlin.cli.common.CLIConfigurationKeys
import org.jetbrains.kotlin.cli.common.config.addKotlinSourceRoot
import org.jetbrains.kotlin.cli.common.messages.MessageCollector
import org.jetbrains.kotlin.cli.jvm.compiler.EnvironmentConfigFiles
import org.jetbrains.kotlin.cli.jvm.compiler.KotlinCoreEnvironment
import org.jetbrains.kotlin.cli.jvm.compiler.NoScopeRecordCliBindingTrace
import org.jetbrains.kotlin.cli.jvm.compiler.TopDownAnalyzerFacadeForJVM
import org.jetbrains.kotlin.cli.jvm.config.addJavaSourceRoot
import org.jetbrains.kotlin.cli.jvm.config.addJvmClasspathRoot
import org.jetbrains.kotlin.cli.jvm.config.configureJdkClasspathRoots
import org.jetbrains.kotlin.config.CommonConfigurationKeys
import org.jetbrains.kotlin.config.CompilerConfiguration
import org.jetbrains.kotlin.config.JVMConfigurationKeys
import org.jetbrains.kotlin.config.LanguageFeature
import org.jetbrains.kotlin.config.LanguageVersion
import org.jetbrains.kotlin.config.LanguageVersionSettingsImpl
import org.jetbrains.kotlin.config.ApiVersion
import org.jetbrains.kotlin.descriptors.ConstructorDescriptor
import org.jetbrains.kotlin.descriptors.DeclarationDescriptor
import org.jetbrains.kotlin.descriptors.FunctionDescriptor
import org.jetbrains.kotlin.descriptors.MemberDescriptor
import org.jetbrains.kotlin.psi.KtAnnotationEntry
import org.jetbrains.kotlin.psi.KtBinaryExpression
import org.jetbrains.kotlin.psi.KtCallElement
import org.jetbrains.kotlin.psi.KtElement
import org.jetbrains.kotlin.psi.KtEnumEntry
import org.jetbrains.kotlin.psi.KtFile
import org.jetbrains.kotlin.psi.KtImportDirective
import org.jetbrains.kotlin.psi.KtSimpleNameExpression
import org.jetbrains.kotlin.psi.KtTreeVisitorVoid
import org.jetbrains.kotlin.resolve.BindingContext
import org.jetbrains.kotlin.resolve.DescriptorToSourceUtils
import org.jetbrains.kotlin.resolve.DescriptorUtils
import org.jetbrains.kotlin.resolve.ImportedFromObjectCallableDescriptor
import org.jetbrains.kotlin.resolve.calls.util.getResolvedCall
import org.jetbrains.kotlin.resolve.multiplatform.findExpects
import org.jetbrains.kotlin.synthetic.SyntheticJavaPropertyDescriptor
import org.jetbrains.kotlin.resolve.multiplatform.findCompatibleActualsForExpected

/**
 * What the compiler of Kotlin says of the uses of a source tree: one line for each call and import whose target is
 * declared in the tree, as `kind TAB file TAB line TAB name TAB target file TAB target line`.
 *
 * Arguments: the root, the class path ("" for none), then folders below the root that packages begin in. Files that
 * do not compile are resolved as far as the compiler can; a call that it cannot resolve stands in a line `unknown`.
 */
fun main(arguments: Array<String>) {
    val root = File(arguments[0]).canonicalFile
    val folders = arguments.drop(2).map { File(root, it) }
    val configuration = CompilerConfiguration()
    configuration.put(CLIConfigurationKeys.MESSAGE_COLLECTOR_KEY, MessageCollector.NONE)
    configuration.put(CommonConfigurationKeys.MODULE_NAME, "uses")
    configuration.put(JVMConfigurationKeys.JDK_HOME, File(System.getProperty("java.home")))
    configuration.put(
        CommonConfigurationKeys.LANGUAGE_VERSION_SETTINGS,
        LanguageVersionSettingsImpl(
            LanguageVersion.KOTLIN_1_9,
            ApiVersion.KOTLIN_1_9,
            emptyMap(),
            mapOf(LanguageFeature.MultiPlatformProjects to LanguageFeature.State.ENABLED),
        ),
    )
    for (folder in folders) {
        for (file in folder.walk().filter { it.extension == "kt" }.sorted()) configuration.addKotlinSourceRoot(file.path)
        configuration.addJavaSourceRoot(folder)
    }
    arguments[1].split(":").filter { it.isNotEmpty() }.forEach { configuration.addJvmClasspathRoot(File(it)) }
    configuration.configureJdkClasspathRoots()
    val environment = KotlinCoreEnvironment.createForProduction(
        Disposer.newDisposable(),
        configuration,
        EnvironmentConfigFiles.JVM_CONFIG_FILES,
    )
    val files = environment.getSourceFiles()
    val context = TopDownAnalyzerFacadeForJVM.analyzeFilesWithJavaIntegration(
        environment.project,
        files,
        NoScopeRecordCliBindingTrace(environment.project),
        configuration,
        environment::createPackagePartProvider,
    ).bindingContext
    for (file in files) file.accept(Uses(root, context))
}

private class Uses(private val root: File, private val context: BindingContext) : KtTreeVisitorVoid() {
    override fun visitElement(element: PsiElement) {
        if (element is KtCallElement && element !is KtAnnotationEntry && element !is KtEnumEntry) call(element)
        if (element is KtBinaryExpression) {
            val called = element.getResolvedCall(context)?.resultingDescriptor
            if (called != null) show("call", element.operationReference, called)
            else println("unknown\t${path(element)}\t${line(element.operationReference)}\t\t\t0")
        }
        super.visitElement(element)
    }

    private fun call(element: KtCallElement) {
        val at = element.calleeExpression ?: return
        val resolved = element.getResolvedCall(context)
        val called = resolved?.resultingDescriptor
        if (called == null) {
            println("unknown\t${path(element)}\t${line(at)}\t\t\t0")
            return
        }
        // What a variable holds is called by `invoke`, which is no declaration of the tree.
        if (called is FunctionDescriptor) show(if (called is ConstructorDescriptor) "new" else "call", at, called)
    }

    override fun visitImportDirective(directive: KtImportDirective) {
        val name = directive.importedReference ?: return
        if (directive.isAllUnder) return
        val last = PsiTreeNames.last(name) ?: return
        val targets = context[BindingContext.AMBIGUOUS_REFERENCE_TARGET, last]
            ?: listOfNotNull(context[BindingContext.REFERENCE_TARGET, last])
        for (target in targets) show("import", directive, target)
    }

    private fun show(kind: String, at: PsiElement, target: DeclarationDescriptor) {
        val meant = (target as? SyntheticJavaPropertyDescriptor)?.getMethod ?: target
        val written = DescriptorToSourceUtils.descriptorToDeclaration(meant)
        val declared = written ?: DescriptorToSourceUtils.descriptorToDeclaration(meant.containingDeclaration ?: return)
            .takeIf { target is ConstructorDescriptor } ?: return
        val other = path(declared) ?: return
        println("$kind\t${path(at)}\t${line(at)}\t${target.name}\t$other\t${line(declared)}${others(target)}")
    }

    /** What else may be meant: the same declaration of another platform. */
    private fun others(target: DeclarationDescriptor): String {
        if (target !is MemberDescriptor) return ""
        val own = (target as? ImportedFromObjectCallableDescriptor<*>)?.callableFromObject ?: target
        if (own !is MemberDescriptor) return ""
        val module = DescriptorUtils.getContainingModule(own)
        val found = if (own.isExpect) own.findCompatibleActualsForExpected(module) else own.findExpects()
        return found.mapNotNull(DescriptorToSourceUtils::getSourceFromDescriptor)
            .mapNotNull { each -> path(each)?.let { "\t$it:${line(each)}" } }
            .joinToString("")
    }

    private fun path(element: PsiElement): String? =
        element.containingFile?.virtualFile?.path?.let { File(it).canonicalFile }
            ?.takeIf { it.startsWith(root) }?.relativeTo(root)?.path

    private fun line(element: PsiElement): Int {
        // A declaration stands where its name does, or begins behind its documentation.
        val named = (element as? PsiNameIdentifierOwner)?.nameIdentifier
        val first = named ?: generateSequence(element.firstChild) { it.nextSibling }
            .firstOrNull { it !is PsiComment && it !is PsiWhiteSpace } ?: element
        val text = element.containingFile.viewProvider.contents
        return (0 until first.textRange.startOffset).count { text[it] == '\n' } + 1
    }
}

private object PsiTreeNames {
    /** The last name of a qualified one. */
    fun last(element: KtElement): KtSimpleNameExpression? {
        var found: KtSimpleNameExpression? = element as? KtSimpleNameExpression
        element.accept(object : KtTreeVisitorVoid() {
            override fun visitSimpleNameExpression(expression: KtSimpleNameExpression) {
                found = expression
            }
        })
        return found
    }
}
