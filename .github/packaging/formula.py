"""A formula for Homebrew: the released archives by their checksums."""

from pathlib import Path

from release import asset_name, manifest_field, version

# Homebrew's words for system and processor, and the target that runs there.
PLATFORMS = {
    "on_macos": {"on_arm": "aarch64-apple-darwin", "on_intel": "x86_64-apple-darwin"},
    "on_linux": {"on_arm": "aarch64-unknown-linux-musl", "on_intel": "x86_64-unknown-linux-musl"},
}


def write(sums, repository, folder):
    """Writes the formula and returns its path. `sums`: SHA-256 in hexadecimal digits by the name of the archive."""
    path = Path(folder, "dogcatcher.rb")
    path.write_text(text(sums, repository))
    return path


def text(sums, repository):
    blocks = []
    for system, processors in PLATFORMS.items():
        known = {processor: asset_name(target) for processor, target in processors.items() if asset_name(target) in sums}
        inner = "\n".join(
            f'    {processor} do\n      url "{repository}/releases/download/v{version()}/{asset}"\n      sha256 "{sums[asset]}"\n    end'
            for processor, asset in known.items()
        )
        if inner:
            blocks.append(f"  {system} do\n{inner}\n  end\n")
    platforms = "\n".join(blocks)
    return f"""class Dogcatcher < Formula
  desc "Find Datadog credentials in files and git history"
  homepage "{repository}"
  version "{version()}"
  license any_of: [{", ".join(f'"{name}"' for name in manifest_field("license").split(" OR "))}]

{platforms}
  def install
    bin.install "dogcatcher"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/dogcatcher.bash" => "dogcatcher"
    zsh_completion.install "completions/_dogcatcher"
    fish_completion.install "completions/dogcatcher.fish"
  end

  test do
    token = shell_output("#{{bin}}/dogcatcher token mint personal_access_token")
    (testpath/"key.txt").write token
    assert_match "1 verified", shell_output("#{{bin}}/dogcatcher scan key.txt", 1)
  end
end
"""
