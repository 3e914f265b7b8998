using System.CommandLine;
using Router.Data;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary><c>dualrs data info</c>: what data is on this machine.</summary>
internal static class DataCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command info = new("info", "Shows where each data set is, or how to get it.");
        info.SetAction(parsed =>
        {
            Table table = new Table { Border = TableBorder.Simple }.AddColumns("data set", "shape", "classes", "where");
            foreach (DataSetKind kind in DataSetKind.All)
                table.AddRow(kind.Name, kind.Shape.ToString(), kind.ClassCount.ToString(),
                    Markup.Escape(DataSets.LocationOf(kind, surroundings).ToString()));
            surroundings.Out.Write(table);
            return ExitCode.Done;
        });
        return new Command("data", "Data sets of this machine.") { info }.ShowsHelp();
    }
}
