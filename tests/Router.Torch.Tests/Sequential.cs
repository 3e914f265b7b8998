// The default generator, the number of live tensors and the number of threads are the process's: tests that use them must not meet.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
