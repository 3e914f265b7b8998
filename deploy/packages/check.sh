#!/usr/bin/env bash
# Uses the packages as a stranger does: the samples are built from them alone in an empty folder, and run.
#   deploy/packages/check.sh
# Nothing of it stays: packages of ours are installed beside the user's own, which are only read.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
installed=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: *//')
version=0.1.0-check
dotnet msbuild "$root/deploy/packages/packages.proj" -v:q -nologo -p:Feed="$work/feed" -p:PackageVersion="$version"

fail() { printf 'check.sh: %s\n' "$*" >&2; exit 1; }
inside() { unzip -p "$1" "$2"; }
for package in "$work"/feed/*.nupkg; do
  names=$(unzip -Z1 "$package")
  for needed in README.md '\.nuspec' 'lib/net10\.0/.*\.dll' 'lib/net10\.0/.*\.xml'; do
    grep -Eq "$needed" <<<"$names" || fail "$(basename "$package") holds no $needed"
  done
  [ -f "${package%.nupkg}.snupkg" ] || fail "$(basename "$package") has no symbols"
done
# What a function id names is the same code, packed or built.
for assembly in Votes Engine; do
  inside "$work/feed/DualRS.$assembly.$version.nupkg" "lib/net10.0/Router.$assembly.dll" |
    cmp - "$root/artifacts/bin/Router.$assembly/release/Router.$assembly.dll" || fail "Router.$assembly differs"
done

cat >"$work/NuGet.config" <<XML
<configuration>
  <packageSources><add key="checked" value="$work/feed" /></packageSources>
  <fallbackPackageFolders><add key="installed" value="$installed" /></fallbackPackageFolders>
</configuration>
XML
# stranger NAME SDK PACKAGE : one of the samples, from a package.
stranger() {
  mkdir "$work/$1"
  cp "$root/samples/$1"/*.cs "$work/$1/"
  cat >"$work/$1/$1.csproj" <<XML
<Project Sdk="$2">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <CreateSymbolicLinksForCopyLocalFilesIfPossible>true</CreateSymbolicLinksForCopyLocalFilesIfPossible>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="$3" Version="$version" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
  </ItemGroup>
</Project>
XML
  (cd "$work/$1" && NUGET_PACKAGES=$work/packages dotnet build -c Release -o "$work/$1/out" -v q --nologo) ||
    fail "$1 does not build from $3"
}
stranger Certify Microsoft.NET.Sdk DualRS.Evaluation
said=$(dotnet "$work/Certify/out/Certify.dll" "$root/models/shapes10/experts.yaml" \
  "$root/tests/Router.Data.Tests/Fixtures/rgb.png")
printf '%s\n' "$said"
grep -q '^arithmetic holds' <<<"$said" || fail "the record does not hold"
stranger Serve Microsoft.NET.Sdk.Web DualRS.Gateway
# With the bundled networks, on a port of its own; ready is what a load balancer asks for.
port=$((20000 + RANDOM % 20000))
(cd "$root/samples/Serve" && exec dotnet "$work/Serve/out/Serve.dll" --urls "http://127.0.0.1:$port" \
  --DualRs:Registry "$root/models/shapes10/experts.yaml") >"$work/serve.log" 2>&1 &
serving=$!
for _ in $(seq 120); do
  curl -fs "http://127.0.0.1:$port/dualrs/v2/health/ready" && break
  kill -0 "$serving" || break
  sleep 1
done >/dev/null 2>&1
curl -fsS "http://127.0.0.1:$port/dualrs/v2/models/dualrs" >/dev/null ||
  { cat "$work/serve.log"; fail "Serve does not answer"; }
kill "$serving"
wait "$serving" || fail "Serve ends with $?"

# The program as a tool, with libtorch in it.
dotnet msbuild "$root/deploy/packages/packages.proj" -v:q -nologo -p:Feed="$work/tool" -p:PackageVersion="$version" \
  -p:Tool=true
NUGET_PACKAGES=$work/packages dotnet tool install dualrs --tool-path "$work/tools" --version "$version" \
  --add-source "$work/tool" --configfile "$work/NuGet.config" >/dev/null || fail "the tool does not install"
(cd "$work" && tools/dualrs --version && tools/dualrs demo --images 1 --n 50) || fail "the tool does not run"
printf 'the packages are in order\n'
