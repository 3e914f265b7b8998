#!/usr/bin/env python3
"""Publishes the image without docker and without a registry, and looks into it: deploy/docker/check.py

The .NET SDK writes an image as an archive (PublishContainer). Its base comes from a registry of this machine that this
script is, and holds nothing: what is checked is what the build adds, and how the image starts."""
import hashlib, http.server, io, json, pathlib, subprocess, sys, tarfile, tempfile, threading, gzip

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER, PORT = "10001:10001", 8080
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def empty_image():
    """Manifest, configuration and layer of an image with one empty folder."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        folder = tarfile.TarInfo("usr")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(folder)
    layer = gzip.compress(tar.getvalue(), mtime=0)
    digest = lambda data: "sha256:" + hashlib.sha256(data).hexdigest()
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/usr/bin"]}, "history": [],
        "rootfs": {"type": "layers", "diff_ids": [digest(tar.getvalue())]}}).encode()
    part = lambda kind, data: {
        "mediaType": f"application/vnd.docker.{kind}", "digest": digest(data), "size": len(data)}
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST, "config": part("container.image.v1+json", config),
        "layers": [part("image.rootfs.diff.tar.gzip", layer)]}).encode()
    return manifest, {digest(data): data for data in (config, layer, manifest)}


class Registry(http.server.BaseHTTPRequestHandler):
    manifest, blobs = empty_image()

    def do_GET(self):
        asked = self.path.rsplit("/", 1)[-1]
        of_manifest = "/manifests/" in self.path
        body = self.blobs.get(asked, self.manifest if of_manifest else b"{}")
        self.send_response(200)
        self.send_header("Content-Type", MANIFEST if of_manifest else "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(body).hexdigest())
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        archive = pathlib.Path(folder) / "dualrs.tar.gz"
        subprocess.run([
            "dotnet", "publish", ROOT / "src/Router.Host", "-c", "Release", "-t:PublishContainer", "-v:q", "-nologo",
            "-p:WithModels=true", f"-p:ContainerBaseImage=localhost:{server.server_port}/base:1",
            f"-p:ContainerArchiveOutputPath={archive}", "-p:ContainerRuntimeIdentifier=linux-x64"], check=True)
        with tarfile.open(archive) as image:
            manifest = json.load(image.extractfile("manifest.json"))[0]
            config = json.load(image.extractfile(manifest["Config"]))["config"]
            names = set()
            for layer in manifest["Layers"][1:]:
                with tarfile.open(fileobj=image.extractfile(layer)) as files:
                    names |= {name.removeprefix("./").lstrip("/") for name in files.getnames()}
    home = "opt/dualrs"
    needed = {f"{home}/{name}" for name in (
        "dualrs.dll", "dualrs.runtimeconfig.json", "experts.yaml", "LICENSE", "NOTICE",
        "models/cifar10/router.safetensors", "runtimes/linux-x64/native/libtorch_cpu.so")}
    faults = [f"{name} is missing" for name in sorted(needed - names)]
    faults += [f"{name} does not belong there" for name in names if name.endswith((".cs", ".pem", ".key"))]
    expected = {
        "User": USER, "WorkingDir": f"/{home}", "ExposedPorts": {f"{PORT}/tcp": {}},
        "Entrypoint": ["dotnet", f"/{home}/dualrs.dll"],
        "Cmd": ["serve", "--registry", f"/{home}/experts.yaml", "--urls", f"http://0.0.0.0:{PORT}",
                "--drain-time", "30"]}
    faults += [
        f"{key} is {config.get(key)}: expected {value}" for key, value in expected.items() if config.get(key) != value]
    faults += [
        f"{value} is not in its environment" for value in (f"DUALRS_HOME=/{home}", "DOTNET_EnableDiagnostics=0")
        if value not in config["Env"]]
    print("\n".join(faults) or f"the image is in order: {len(names)} files, started as {USER}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
