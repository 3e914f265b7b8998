using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Router.Smoothing.Tests")]
