using Router.Engine;
using Router.Evaluation;

namespace Router.Host.Cli;

/// <summary>A device as it is written on a command line.</summary>
internal static class DeviceOption
{
    /// <summary>Refuses a GPU that this machine does not have, before anything is loaded.</summary>
    /// <param name="device">cpu, or cuda:N.</param>
    /// <exception cref="BadInputException">There is none of that number.</exception>
    public static void Check(string device)
    {
        if (device == "cpu") return;
        int gpus = Machine.Detect().Gpus.Length;
        int number = device.Split(':') is [_, var written] ? int.Parse(written) : 0;
        if (number >= gpus)
            throw new BadInputException(
                $"--device {device}: this machine has {(gpus == 0 ? "no GPU that libtorch finds: accepted is cpu"
                    : $"{gpus} GPUs: accepted are cpu and cuda:0 to cuda:{gpus - 1}")}");
    }
}
