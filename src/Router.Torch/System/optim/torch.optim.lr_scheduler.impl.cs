namespace Router.Torch;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>The schedules, in the chained form that PyTorch computes.</summary>
            public static partial class impl
            {
                public class StepLR : LRScheduler
                {
                    private readonly int stepSize;
                    private readonly double gamma;

                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        stepSize = step_size;
                        this.gamma = gamma;
                        step();
                    }

                    private protected override IEnumerable<double> get_lr() =>
                        Groups.Select(group => Epoch > 0 && Epoch % stepSize == 0 ? group.LearningRate * gamma : group.LearningRate);
                }

                public class MultiStepLR : LRScheduler
                {
                    private readonly int[] milestones;
                    private readonly double gamma;

                    public MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        this.milestones = [.. milestones];
                        this.gamma = gamma;
                        step();
                    }

                    private protected override IEnumerable<double> get_lr() =>
                        Groups.Select(group => milestones.Contains(Epoch) ? group.LearningRate * gamma : group.LearningRate);
                }

                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double period;
                    private readonly double lowest;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        period = T_max;
                        lowest = eta_min;
                        step();
                    }

                    private protected override IEnumerable<double> get_lr() => Groups.Select(Next);

                    private double Next(ILearningRateController group)
                    {
                        double η = group.LearningRate;
                        if (Epoch == 0)
                            return η;
                        if ((Epoch - 1 - period) % (2 * period) == 0)
                            return η + (group.InitialLearningRate - lowest) * (1 - Math.Cos(Math.PI / period)) / 2;
                        double step = (1 + Math.Cos(Math.PI * Epoch / period)) / (1 + Math.Cos(Math.PI * (Epoch - 1) / period));
                        return lowest + (η - lowest) * step;
                    }
                }
            }
        }
    }
}
