using System.Globalization;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Training.Networks;

namespace Router.Training.Runs;

/// <summary>
/// Where a training is, in one file that is replaced whole after every epoch: weights and statistics, the optimizer's
/// momenta, the epoch. The randomness needs no place in it, being addressed by epoch and step.
/// </summary>
/// <param name="path">A safetensors file.</param>
internal sealed class TrainingState(string path)
{
    private const string EpochKey = "epoch", TermsKey = "terms";

    /// <summary>Whether there is one.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Writes it; what was there before is gone only when the new one is whole.</summary>
    /// <exception cref="IOException">It cannot be written; the one before is still there.</exception>
    public void Save(int epoch, string terms, TrainableResNet network, Optimization optimization)
    {
        SafeTensors.Write(
            path, network.Export().Concat(optimization.Save()),
            new Dictionary<string, string> { [EpochKey] = epoch.ToString(CultureInfo.InvariantCulture),
                [TermsKey] = terms });
    }

    /// <summary>Puts network and optimizer where they were.</summary>
    /// <returns>Epochs done.</returns>
    /// <exception cref="BadInputException">It is of other terms, or damaged.</exception>
    public int Restore(string terms, TrainableResNet network, Optimization optimization, int stepsPerEpoch)
    {
        Checkpoint saved = Read();
        if (saved.Metadata.GetValueOrDefault(TermsKey) is not { } before
            || !int.TryParse(saved.Metadata.GetValueOrDefault(EpochKey), CultureInfo.InvariantCulture, out int epoch))
            throw new BadInputException(
                $"{path} is not the state of a training: remove it, or train into another folder");
        if (before != terms)
            throw new BadInputException($"{path} is a training under other terms:\n  there: {before}\n  now:   "
                + $"{terms}\ntrain into another folder, or take up the same terms");
        network.Load(
            saved.Tensors.Where(tensor => !Descent.IsMemory(tensor.Key)).ToDictionary(), warmUp: false);
        try
        {
            optimization.Restore(saved.Tensors, epoch * stepsPerEpoch);
        }
        catch (InvalidDataException fault)
        {
            throw new BadInputException(
                $"{path}: {fault.Message}; it is of another version: remove it to begin anew, or train into another "
                + "folder");
        }
        return epoch;
    }

    private Checkpoint Read()
    {
        try
        {
            return CheckpointFile.Read(path);
        }
        catch (CheckpointException fault)
        {
            throw new BadInputException($"{fault.Message}; remove it to begin anew, or train into another folder");
        }
    }
}
