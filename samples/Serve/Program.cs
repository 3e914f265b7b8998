using DualRS;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddDualRs(builder.Configuration);

WebApplication app = builder.Build();
app.MapGet("/", () => "certificates are at /dualrs/v1/certify, the dashboard is at /dualrs/");
app.MapGroup("/dualrs").MapDualRs();
app.Run();
