// Debian packages that some tests use; those tests are skipped where a package is absent. Used by `npm test`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

const packages = [
	// A Socket.IO client that is not ours (e2e/readers.test.ts).
	"python3-socketio",
	"python3-aiohttp",
	// The page as a browser shows it, in Chinese too (e2e/pages): Chromium without what only people need of it.
	"chromium-headless-shell",
	// The whole browser, which alone loads extensions (e2e/pages/login-wizard.test.ts).
	"chromium",
	"fonts-noto-cjk",
	// The servers that a cluster's nodes share (packages/livekeeper/src/event-log/jetstream).
	"nats-server",
	// Answers the queries of the Grafana dashboard (e2e/grafana.test.ts).
	"prometheus",
	// Opens what is exported for the office (packages/livekeeper/src/outputs/export/libreoffice.test.ts).
	"libreoffice-calc-nogui",
	// The broker that targets publish to (packages/livekeeper/src/outputs/targets/transports).
	"mosquitto",
];
/** Run the archive for Windows, and close its window (e2e/windows.test.ts); 205 MB to fetch. */
const wine = ["wine", "wine64", "gcc-mingw-w64-x86-64-win32"];
/** Without a network nobody waits for ever. */
const longestMs = 180_000;

/** Installs what is missing, where that can be done without asking: as root, on Debian. Says what it did. */
export function ensureDebianPackages() {
	return ensure(packages);
}

/** The same for Wine, which is large, while something else is done: after the others, since only one may install. */
export async function ensureWine() {
	if (process.arch === "x64") await ensure(wine);
}

async function ensure(names) {
	if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
	const missing = names.filter((name) => !isInstalled(name));
	if (missing.length === 0) return;
	const install = ["install", "-y", "--no-install-recommends", ...missing];
	let { status, errors } = await aptGet(install);
	// The lists may be older than what the mirror has.
	if (status !== 0 && (await aptGet(["update"])).status === 0) ({ status, errors } = await aptGet(install));
	if (status === 0) console.error(`Installed Debian packages for tests: ${missing.join(", ")}`);
	else console.error(`Not installed, tests that need them are skipped: ${missing.join(", ")}\n${errors}`.trimEnd());
}

async function aptGet(args) {
	// Where the tests go on in a newer Node, that one waits until this one has installed.
	const child = spawn("apt-get", ["-qq", "-o", `DPkg::Lock::Timeout=${longestMs / 1000}`, ...args], {
		env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
		stdio: ["ignore", "ignore", "pipe"],
		timeout: longestMs,
	});
	let errors = "";
	child.stderr.on("data", (chunk) => (errors += chunk));
	const [status] = await once(child, "close");
	return { status, errors };
}

function isInstalled(name) {
	const { stdout } = spawnSync("dpkg", ["--status", name], { encoding: "utf8" });
	return stdout?.includes("Status: install ok installed") ?? false;
}
