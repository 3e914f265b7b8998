using System.CommandLine;
using System.Text.Json.Nodes;
using Router.Data;
using Router.Host.Cli;

namespace Router.Host.Commands;

/// <summary><c>dualrs data info</c>: what data is on this machine.</summary>
internal static class DataCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command info = new("info", "Shows where each data set is, or how to get it.");
        JsonOption json = new(info, "data set");
        info.SetAction(parsed =>
        {
            TextTable table = new(
                TextColumn.Whole("data set"), TextColumn.Whole("shape"), TextColumn.Number("classes"),
                TextColumn.Whole("where"));
            foreach (DataSetKind kind in DataSetKind.All)
            {
                DataLocation location = DataSets.LocationOf(kind, surroundings);
                if (json.IsAsked(parsed))
                    surroundings.Out.Print(new JsonObject
                    {
                        ["name"] = kind.Name, ["found"] = location.Found, ["folder"] = location.Folder,
                        ["classes"] = kind.ClassCount, ["where"] = location.ToString(),
                    });
                table.Add(
                    kind.Name, kind.Shape.ToString(), kind.ClassCount.ToString(),
                    location.Found ? location.ToString() : "not here");
            }
            if (json.IsAsked(parsed)) return ExitCode.Done;
            table.Write(surroundings.Out);
            foreach (DataSetKind kind in DataSetKind.All)
                if (DataSets.LocationOf(kind, surroundings) is { Found: false } missing)
                    surroundings.Out.PrintProse(missing.ToString());
            return ExitCode.Done;
        });
        return new Command("data", "Data sets of this machine.") { info }.ShowsHelp();
    }
}
