using System.CommandLine;
using Router.Host.Cli;
namespace Router.Host.Commands.Serve;
internal static class ServeCommand { public static Command Create(Surroundings surroundings) { Command c = new("serve","x"); c.SetAction(_ => surroundings.Out.Profile.Width); return c; } }
