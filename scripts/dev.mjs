// `npm run dev [-- flags of serve]`: runs the service from its sources, restarted when one of them changes, and the
// page by Vite, which shows a change at once. Data is stored in .dev/ (remove it to start over) unless a flag says
// otherwise. `--page-port` is for the page (default 5173), all other flags are the service's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";

await ensureInstalled();
// The other commands (`npx livekeeper status`) and the service's own copy of the page use the build.
ensureBuilt();

const flags = process.argv.slice(2);
const pagePort = take("--page-port") ?? "5173";
const port = await chosen(take("--port") ?? process.env.LIVEKEEPER_PORT ?? "7001");
const env = {
	LIVEKEEPER_DATA_DIR: `${root}.dev/data`,
	...process.env,
	LIVEKEEPER_PORT: port,
	// For the page's proxy (packages/dashboard/vite.config.ts).
	DEV_SERVICE_URL: `http://127.0.0.1:${port}`,
};

const watched = ["client", "douyin", "simulator", "base", "log", "engine", "targets", "livekeeper"].map(
	(name) => `packages/${name}/src/**/*.ts`,
);
const children = [
	start("tsx/dist/cli.mjs", [
		"watch",
		"--clear-screen=false",
		"--conditions=livekeeper-source",
		// Threads load files of their own, which the watcher does not see.
		...watched.flatMap((files) => ["--include", files]),
		"--exclude",
		"packages/**/*.test.ts",
		"scripts/dev-service.ts",
		...flags,
	]),
	start("vite/bin/vite.js", ["packages/dashboard", "--port", pagePort, "--clearScreen", "false"]),
];

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
const codes = await Promise.all(children.map(ended));
// Programs that were stopped on request count as successful.
process.exitCode = stopping ? 0 : Math.max(...codes);

/** Starts a program in a group of its own: a terminal's Ctrl-C arrives only here, and is passed on once. */
function start(program, args) {
	return spawn(process.execPath, [`node_modules/${program}`, ...args], {
		cwd: root,
		stdio: ["ignore", "inherit", "inherit"],
		env,
		detached: process.platform !== "win32",
	});
}

function stop() {
	stopping = true;
	for (const child of children) child.kill();
}

/** Stops the other program as well, because one without the other is of no use. */
async function ended(child) {
	const [code] = await once(child, "exit");
	if (!stopping) for (const other of children) other.kill();
	return code ?? 1;
}

/** Removes a flag with its value from the arguments that are passed on. */
function take(name) {
	const at = flags.findIndex((flag) => flag === name || flag.startsWith(`${name}=`));
	if (at < 0) return undefined;
	const [flag = ""] = flags.splice(at, 1);
	return flag === name ? flags.splice(at, 1)[0] : flag.slice(name.length + 1);
}

/** Chooses a free port for 0: the service, which is restarted again and again, keeps it. */
async function chosen(wanted) {
	if (wanted !== "0") return wanted;
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port: free } = server.address();
	server.close();
	return String(free);
}
