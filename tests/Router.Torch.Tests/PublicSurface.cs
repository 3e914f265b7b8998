using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Router.Torch.Tests;

/// <summary>
/// The public members of an assembly, one line each with parameter names, types and defaults, so that two assemblies can be compared.
/// The assembly's root namespace is left out; overrides are left out, as the member they override is there.
/// </summary>
internal sealed class PublicSurface(Assembly assembly, string rootNamespace)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
        [typeof(nint)] = "nint",
    };

    public SortedSet<string> Lines()
    {
        SortedSet<string> lines = new(StringComparer.Ordinal);
        foreach (Type type in assembly.GetTypes().Where(IsVisible))
        {
            lines.Add($"{KindOf(type)} {Name(type)}");
            if (type.IsEnum)
                foreach (FieldInfo value in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                    lines.Add($"{Name(type)}.{value.Name} = {Convert.ToInt64(value.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
            else
                foreach (MemberInfo member in type.GetMembers(Declared))
                    if (Line(type, member) is { } line)
                        lines.Add(line);
        }
        return lines;
    }

    private static bool IsVisible(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily) && IsVisible(type.DeclaringType!) : type.IsPublic;

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string KindOf(Type type) =>
        type.IsEnum ? "enum"
            : type.IsValueType ? "struct"
            : type.IsInterface ? "interface"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : "class";

    private string? Line(Type type, MemberInfo member)
    {
        string at = $"{Name(type)}.";
        switch (member)
        {
            case ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor):
                return $"{at}new({Parameters(constructor)})";
            case PropertyInfo property:
                MethodInfo accessor = property.GetMethod ?? property.SetMethod!;
                string accessors = (IsVisible(property.GetMethod) ? " get;" : "") + (IsVisible(property.SetMethod) ? " set;" : "");
                if (accessors.Length == 0 || IsOverride(accessor))
                    return null;
                string index = string.Join(", ", property.GetIndexParameters().Select(Parameter));
                string name = index.Length > 0 ? $"this[{index}]" : property.Name;
                return $"{at}{name} : {Static(accessor.IsStatic)}{Name(property.PropertyType)} {{{accessors} }}";
            case FieldInfo field when field.IsPublic || field.IsFamily:
                return $"{at}{field.Name} : {Static(field.IsStatic)}{Name(field.FieldType)}";
            case MethodInfo method when IsVisible(method) && !IsOverride(method) && (!method.IsSpecialName || IsOperator(method)):
                string arguments = method.IsGenericMethod ? $"<{string.Join(",", method.GetGenericArguments().Select(Name))}>" : "";
                return $"{at}{method.Name}{arguments}({Parameters(method)}) : {Static(method.IsStatic)}{Name(method.ReturnType)}";
            default:
                return null;
        }
    }

    private static bool IsOperator(MethodInfo method) => method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition() != method;

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    private string Parameter(ParameterInfo parameter)
    {
        string modifier = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string value = !parameter.HasDefaultValue ? "" : parameter.RawDefaultValue switch
        {
            null => " = null",
            bool flag => flag ? " = true" : " = false",
            object other when type.IsEnum => $" = {Enum.ToObject(type, other)}",
            object other => $" = {Convert.ToString(other, CultureInfo.InvariantCulture)}",
        };
        return $"{modifier}{Name(type)} {parameter.Name}{value}";
    }

    private string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        Type[] arguments = type.GetGenericArguments();
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
            return $"({string.Join(", ", arguments.Select(Name))})";
        string own = type.Name.Split('`')[0];
        string outer = type.IsNested ? Name(type.DeclaringType!) + "."
            : type.Namespace == rootNamespace || type.Namespace?.StartsWith(rootNamespace + ".", StringComparison.Ordinal) != true ? ""
            : type.Namespace[(rootNamespace.Length + 1)..] + ".";
        return outer + own + (arguments.Length > 0 ? $"<{string.Join(",", arguments.Select(Name))}>" : "");
    }
}
