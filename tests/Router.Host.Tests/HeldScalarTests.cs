using System.Reflection;
using System.Reflection.Emit;
using Router.Engine.LibTorch;
using Router.Training.Attacks;
using TorchSharp;

namespace Router.Host.Tests;

/// <summary>
/// TorchSharp frees a number it was handed while the native operation reads it. So nothing in the program may call what
/// makes such a number on the way: read from the instructions of TorchSharp and of every assembly of ours.
/// </summary>
public sealed class HeldScalarTests
{
    private static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly HashSet<MethodBase> Making = ThatMakeNumbers();

    // They make numbers of numbers, and are given tensors alone.
    private static readonly string[] OfTensors = ["ScriptModule.forward", "ScriptModule.invoke"];

    [Theory]
    [InlineData(typeof(HeldScalars))]
    [InlineData(typeof(SystemAttack))]
    [InlineData(typeof(global::Router.Evaluation.Runs.CertifyRun))]
    [InlineData(typeof(global::Router.Host.Serving.Operations.Daemon))]
    public void No_assembly_hands_TorchSharp_a_number_that_may_be_freed(Type one) => Assert.Empty(
        CallsOf(one.Assembly).Where(call => call.By != typeof(HeldScalars)).Select(call => $"{call.By}: {call.What}"));

    [Theory]
    [InlineData("Tensor.op_Addition")]
    [InlineData("Tensor.op_Multiply")]
    [InlineData("Tensor.add_")]
    [InlineData("Scalar.op_Implicit")]
    public void What_makes_one_would_be_found(string call) =>
        Assert.Contains((typeof(HeldScalarTests), call), CallsOf(typeof(HeldScalarTests).Assembly));

    // What is not to be written in the program; never run.
    internal static torch.Tensor Control(torch.Tensor tensor) =>
        (tensor + tensor * 2.0).add_(tensor).clamp(min: (Scalar)1.0);

    private static IEnumerable<(Type By, string What)> CallsOf(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in MethodsOf(type)
        from called in Called(method)
        where Making.Contains(called)
        let what = $"{called.DeclaringType!.Name}.{called.Name}"
        where !OfTensors.Contains(what)
        select (Outermost(type), what);

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static HashSet<MethodBase> ThatMakeNumbers()
    {
        Dictionary<MethodBase, MethodBase[]> calls = typeof(torch).Assembly.GetTypes().SelectMany(MethodsOf)
            .ToDictionary(method => method, method => Called(method).ToArray());
        HashSet<MethodBase> making = [.. calls.Keys.Where(method =>
            method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit" || method.Name == "ToScalar")];
        while (calls.Count(one => one.Value.Any(making.Contains) && making.Add(one.Key)) > 0) { }
        return making;
    }

    private static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.Instance | BindingFlags.Static;
        return [.. type.GetMethods(own), .. type.GetConstructors(own)];
    }

    // The targets of all calls in a method's instructions (ECMA-335, III).
    private static IEnumerable<MethodBase> Called(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        for (int at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | code[at++]));
            OperandType operand = Codes[value].OperandType;
            if (operand == OperandType.InlineMethod)
                if (Target(method, BitConverter.ToInt32(code, at)) is { } target)
                    yield return target is MethodInfo { IsGenericMethod: true } made
                        ? made.GetGenericMethodDefinition() : target;
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    // Null where a reference cannot be resolved here: to what another package brings.
    private static MethodBase? Target(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(
                token, method.DeclaringType!.GetGenericArguments(),
                method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null);
        }
        catch (Exception fault) when (fault is FileNotFoundException or TypeLoadException or ArgumentException)
        {
            return null;
        }
    }
}
