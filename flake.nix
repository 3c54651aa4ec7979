{
  description = "Finds Datadog credentials that got loose in files and git history";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      manifest = nixpkgs.lib.importTOML ./Cargo.toml;
      build =
        system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
        in
        pkgs.rustPlatform.buildRustPackage {
          pname = manifest.package.name;
          version = manifest.package.version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          buildType = "release";
          nativeBuildInputs = [ pkgs.installShellFiles ];
          # The tests write into repositories of their own.
          nativeCheckInputs = [ pkgs.git ];
          postInstall = ''
            $out/bin/dogcatcher man --dir man
            installManPage man/*.1
            for shell in bash zsh fish; do
              $out/bin/dogcatcher completions $shell >dogcatcher.$shell
              installShellCompletion dogcatcher.$shell
            done
          '';
          meta = {
            inherit (manifest.package) description;
            license = with nixpkgs.lib.licenses; [ mit asl20 ];
            mainProgram = "dogcatcher";
          };
        };
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: {
        default = build system;
      });
    };
}
