import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Copies the sources as they are, without anything that was built; the dependencies are those that are installed here. */
export function copySources(copy: string): void {
	const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
		cwd: root,
		encoding: "utf8",
		maxBuffer: 2 ** 26,
	});
	for (const file of stdout.split("\0").filter((name) => name !== "" && !/^(docs|manual|deploy)\//.test(name))) {
		mkdirSync(join(copy, dirname(file)), { recursive: true });
		cpSync(join(root, file), join(copy, file), { force: true });
	}
	link("node_modules", copy);
	for (const name of readdirSync(`${root}packages`)) {
		if (readdirSync(`${root}packages/${name}`).includes("node_modules")) link(`packages/${name}/node_modules`, copy);
	}
}

/** Links each installed package; the workspace's own packages link to the copy. */
function link(folder: string, copy: string): void {
	mkdirSync(join(copy, folder), { recursive: true });
	for (const name of readdirSync(join(root, folder))) {
		if (name === "livekeeper" || name === "@livekeeper") {
			cpSync(join(root, folder, name), join(copy, folder, name), { recursive: true, verbatimSymlinks: true });
		} else if (name !== ".cache") {
			symlinkSync(join(root, folder, name), join(copy, folder, name), "junction");
		}
	}
}
