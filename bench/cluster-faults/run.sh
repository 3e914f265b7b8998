#!/usr/bin/env bash
# run.sh [SEEDS]: random runs of faults, such as 3-22 (default); the suite has 0-2.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dotnet build tests/Router.Host.Tests -c Release --nologo -v q
DUALRS_FAULT_SEEDS=${1:-3-22} dotnet artifacts/bin/Router.Host.Tests/release/Router.Host.Tests.dll \
  -noColor -noLogo -verbose -class Router.Host.Tests.Cluster.ClusterRandomFaultTests |
  grep -E 'FINISHED|FAIL|Total|Expected|Actual|seed'
