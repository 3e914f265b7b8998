namespace Router.Torch;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Schedules of learning rates, stepped once per epoch (OneCycleLR: per batch).</summary>
        public static partial class lr_scheduler
        {
            /// <summary>× gamma every <paramref name="step_size"/> steps.</summary>
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1,
                bool verbose = false) =>
                new impl.StepLR(optimizer, step_size, gamma, last_epoch, verbose);

            /// <summary>× gamma at each milestone.</summary>
            public static LRScheduler MultiStepLR(
                Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.MultiStepLR(optimizer, milestones, gamma, last_epoch, verbose);

            /// <summary>
            /// Half a cosine from the initial rate to <paramref name="eta_min"/> over <paramref name="T_max"/> steps, and back.
            /// </summary>
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1,
                bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);

            /// <summary>Up to <paramref name="max_lr"/> and down to almost nothing: Smith and Topin, Super-Convergence (2018).</summary>
            public static LRScheduler OneCycleLR(
                Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos, bool cycle_momentum = true,
                    double base_momentum = 0.85,
                double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false,
                    int last_epoch = -1,
                bool verbose = false) =>
                new impl.OneCycleLR(
                    optimizer, max_lr, total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, base_momentum,
                    max_momentum, div_factor, final_div_factor, three_phase, last_epoch, verbose);

            /// <summary>
            /// Sets the learning rates of an optimizer's groups, at once for its first step and then whenever it is stepped.
            /// </summary>
            public abstract class LRScheduler
            {
                private double[] last;

                private protected LRScheduler(Optimizer optimizer, int last_epoch, bool verbose)
                {
                    if (verbose)
                        throw new NotSupportedException("schedules print nothing here: read get_last_lr()");
                    Groups = [.. optimizer.ParamGroups];
                    Epoch = last_epoch;
                    last = [.. Groups.Select(group => group.LearningRate)];
                }

                private protected ILearningRateController[] Groups { get; }

                /// <summary>Steps since the start.</summary>
                private protected int Epoch { get; private set; }

                public void step()
                {
                    Epoch++;
                    last = [.. get_lr()];
                    for (int i = 0; i < Groups.Length; i++)
                        Groups[i].LearningRate = last[i];
                }

                public IEnumerable<double> get_last_lr() => last;

                /// <summary>The rate of each group at this epoch, from its rate at the one before.</summary>
                private protected abstract IEnumerable<double> get_lr();
            }
        }
    }
}
