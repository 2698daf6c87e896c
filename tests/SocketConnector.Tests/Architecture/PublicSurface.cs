using Microsoft.CodeAnalysis;

namespace SocketConnector.Tests.Architecture;

/// <summary>What users of an assembly can see, one line for each type and member, in a fixed order.</summary>
internal static class PublicSurface
{
    private static readonly SymbolDisplayFormat _member = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        extensionMethodStyle: SymbolDisplayExtensionMethodStyle.StaticMethod,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral);

    private static readonly SymbolDisplayFormat _type = SymbolDisplayFormat.CSharpErrorMessageFormat.WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    public static IReadOnlyList<string> Of(Compilation compilation) =>
        [.. Types(compilation.Assembly.GlobalNamespace).SelectMany(Lines).Order(StringComparer.Ordinal)];

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol within) => within.GetMembers().SelectMany(member => member switch
    {
        INamespaceSymbol inner => Types(inner),
        INamedTypeSymbol type when IsVisible(type) => Types(type).Prepend(type),
        _ => [],
    });

    private static IEnumerable<string> Lines(INamedTypeSymbol type)
    {
        string name = type.ToDisplayString(_type);
        yield return $"{name}: {Describe(type)}";
        if (type.TypeKind == TypeKind.Delegate)
        {
            yield break;
        }

        foreach (ISymbol member in type.GetMembers().Where(member => IsVisible(member) && IsWritten(member)))
        {
            yield return $"{name}: {member.ToDisplayString(_member)}";
        }
    }

    private static string Describe(INamedTypeSymbol type)
    {
        if (type is { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: { } invoke })
        {
            return $"delegate {invoke.ReturnType.ToDisplayString(_member)} ({string.Join(", ", invoke.Parameters.Select(parameter => parameter.ToDisplayString(_member)))})";
        }

        string modifiers = (type.IsStatic ? "static " : type.IsAbstract && type.TypeKind == TypeKind.Class ? "abstract " : type.IsSealed && type.TypeKind == TypeKind.Class ? "sealed " : "")
            + (type.IsReadOnly ? "readonly " : "");
        string kind = (type.IsRecord ? "record " : "") + type.TypeKind switch { TypeKind.Struct => "struct", TypeKind.Enum => "enum", TypeKind.Interface => "interface", _ => "class" };
        IEnumerable<INamedTypeSymbol> bases = (type.BaseType is { SpecialType: SpecialType.None } parent ? [parent] : Array.Empty<INamedTypeSymbol>())
            .Concat(type.Interfaces.Where(contract => contract.Name != nameof(IEquatable<>)));
        string inherits = string.Join(", ", bases.Select(parent => parent.ToDisplayString(_member)));
        return $"{modifiers}{kind}{(inherits.Length == 0 ? "" : $" : {inherits}")}";
    }

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && (symbol.ContainingType is not { } container || IsVisible(container));

    /// <summary>Not what the compiler adds by itself, but for a class's only constructor; nor accessors, which their property shows.</summary>
    private static bool IsWritten(ISymbol member) =>
        member is not (INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: not null })
        && (!member.IsImplicitlyDeclared || member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters: [], ContainingType.TypeKind: TypeKind.Class });
}
