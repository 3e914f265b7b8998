using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Router.Host.Serving.Hosting;

namespace DualRS;

/// <summary>Serves a registry from any ASP.NET program, beside what else that program answers.</summary>
public static class DualRsHosting
{
    /// <summary>
    /// Loads a registry when the program starts, and follows its changes. What the section <c>DualRs</c> of the
    /// configuration says is checked then; a fault ends the program with an <see cref="OptionsValidationException"/>
    /// that says which setting, where it stands, and what would be right.
    /// </summary>
    /// <param name="services">The program's.</param>
    /// <param name="configuration">The program's, the whole of it.</param>
    public static IServiceCollection AddDualRs(this IServiceCollection services, IConfiguration configuration) =>
        services.AddDualRs(options =>
        {
            IReadOnlyList<string> faults = Settings.Fill(options, configuration);
            if (faults.Count > 0)
                throw new OptionsValidationException(Options.DefaultName, typeof(DualRsOptions), faults);
        });

    /// <summary>Loads a registry when the program starts, and follows its changes.</summary>
    /// <param name="services">The program's.</param>
    /// <param name="configure">Sets the options; called once, at the start.</param>
    public static IServiceCollection AddDualRs(this IServiceCollection services, Action<DualRsOptions> configure)
    {
        services.AddOptions<DualRsOptions>().Configure(configure).ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(HostedDualRs)))
            return services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<DualRsOptions>, Ranges>();
        services.AddSingleton<HostedDualRs>();
        services.AddHostedService(provider => provider.GetRequiredService<HostedDualRs>());
        return services;
    }

    /// <summary>
    /// Adds every address that <c>dualrs serve</c> answers, <c>/v2</c>, <c>/v1/certify</c>, <c>/metrics</c> and the
    /// dashboard at <c>/</c>; under a prefix where it is called on a group (<c>app.MapGroup("/dualrs")</c>).
    /// </summary>
    /// <param name="app">The program.</param>
    /// <returns>What is added to it holds for all of these addresses, such as an authorization policy.</returns>
    /// <exception cref="OptionsValidationException">An option, or the registry, has faults: all of them.</exception>
    public static IEndpointConventionBuilder MapDualRs(this IEndpointRouteBuilder app) =>
        app.ServiceProvider.GetRequiredService<HostedDualRs>().Gateway.MapBeside(app);

    private sealed class Ranges : IValidateOptions<DualRsOptions>
    {
        public ValidateOptionsResult Validate(string? name, DualRsOptions options) =>
            Settings.OutOfRange(options) is { Count: > 0 } faults
                ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
