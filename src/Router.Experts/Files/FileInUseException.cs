
namespace Router.Experts.Files;

/// <summary>A file is written by another run, and was left alone.</summary>
/// <param name="path">The file.</param>
/// <param name="process">The id of that run's process; null where it is not known.</param>
public sealed class FileInUseException(string path, int? process) : Exception(
    process == Environment.ProcessId
        ? $"{path}: this run writes it already: name another file"
        : $"{path}: another run{(process is { } id ? $" (process {id})" : "")} writes it: wait until that has ended, "
          + "or choose another file");
