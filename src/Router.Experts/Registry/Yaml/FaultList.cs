using Router.Engine;
using YamlDotNet.Core;

namespace Router.Experts.Registry.Yaml;

/// <summary>Collects what is wrong with one file; nothing is thrown and nothing stops at the first.</summary>
internal sealed class FaultList(string file)
{
    private readonly List<RegistryFault> _all = [];

    public string File { get; } = file;

    public bool Any => _all.Exists(fault => fault.Level == FaultLevel.Fault);

    public SourceLocation At(Mark mark) => new(File, (int)mark.Line, (int)mark.Column);

    public void Add(Mark mark, string id, string problem, string accepted) => Add(At(mark), id, problem, accepted);

    public void Add(SourceLocation at, string id, string problem, string accepted) =>
        _all.Add(new(at.File, at.Line, at.Column, id, problem, accepted));

    public void Warn(SourceLocation at, string id, string problem, string accepted) =>
        _all.Add(new(at.File, at.Line, at.Column, id, problem, accepted, FaultLevel.Warning));

    public ValueArray<RegistryFault> Of(FaultLevel level) =>
        _all.Where(fault => fault.Level == level).OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).Distinct()
            .ToValueArray();
}
