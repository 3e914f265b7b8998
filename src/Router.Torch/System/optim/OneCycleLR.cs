namespace Router.Torch;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                public class OneCycleLR : LRScheduler
                {
                    private readonly Phase[] phases;
                    private readonly Func<double, double, double, double> anneal;
                    private readonly bool cycleMomentum;
                    private readonly int totalSteps;

                    public OneCycleLR(
                        Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1,
                        double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true,
                        double base_momentum = 0.85, double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4,
                        bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        totalSteps = total_steps > 0 ? total_steps : epochs * steps_per_epoch;
                        if (totalSteps <= 0 || (total_steps <= 0 && (epochs <= 0 || steps_per_epoch <= 0)))
                            throw new ArgumentException("total_steps, or epochs and steps_per_epoch, must be given and positive");
                        if (pct_start is < 0 or > 1)
                            throw new ArgumentException($"pct_start must be in [0, 1], not {pct_start}");
                        if (cycle_momentum && optimizer is not (IMomentum or IBetas))
                            throw new ArgumentException("cycle_momentum needs an optimizer with momentum");
                        cycleMomentum = cycle_momentum;
                        anneal = anneal_strategy == AnnealStrategy.Cos
                            ? static (from, to, part) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * part))
                            : static (from, to, part) => from + (to - from) * part;
                        double initial = max_lr / div_factor, final = initial / final_div_factor;
                        double up = pct_start * totalSteps - 1, last = totalSteps - 1;
                        phases = three_phase
                            ? [
                                new(up, initial, max_lr, max_momentum, base_momentum),
                                new(2 * pct_start * totalSteps - 2, max_lr, initial, base_momentum, max_momentum),
                                new(last, initial, final, max_momentum, max_momentum),
                            ]
                            : [
                                new(up, initial, max_lr, max_momentum, base_momentum),
                                new(last, max_lr, final, base_momentum, max_momentum),
                            ];
                        step();
                    }

                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    private protected override IEnumerable<double> get_lr()
                    {
                        if (Epoch > totalSteps)
                            throw new InvalidOperationException($"the schedule is of {totalSteps} steps, and this is step {Epoch + 1}");
                        double start = 0;
                        int i = 0;
                        while (i < phases.Length - 1 && Epoch > phases[i].End)
                            start = phases[i++].End;
                        Phase phase = phases[i];
                        double part = (Epoch - start) / (phase.End - start);
                        if (cycleMomentum)
                            SetMomentum(anneal(phase.FromMomentum, phase.ToMomentum, part));
                        double rate = anneal(phase.FromRate, phase.ToRate, part);
                        return Groups.Select(_ => rate);
                    }

                    private void SetMomentum(double momentum)
                    {
                        foreach (ILearningRateController group in Groups)
                            if (group is IBetas adam)
                                adam.Betas = (momentum, adam.Betas.Item2);
                            else if (group is IMomentum sgd)
                                sgd.Momentum = momentum;
                    }

                    /// <summary>A stretch of the cycle, up to its last step.</summary>
                    private readonly record struct Phase(double End, double FromRate, double ToRate, double FromMomentum,
                        double ToMomentum);
                }
            }
        }
    }
}
