// Debian packages that some tests use; those tests are skipped where a package is absent. Used by `npm test`.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const packages = [
	// A Socket.IO client that is not ours (e2e/readers.test.ts).
	"python3-socketio",
	"python3-aiohttp",
	// The page as a browser shows it, in Chinese too (e2e/pages): Chromium without what only people need of it.
	"chromium-headless-shell",
	"fonts-noto-cjk",
	// The servers that a cluster's nodes share (packages/livekeeper/src/event-log/jetstream).
	"nats-server",
];
/** Without a network nobody waits for ever. */
const longestMs = 180_000;

/** Installs what is missing, where that can be done without asking: as root, on Debian. Says what it did. */
export function ensureDebianPackages() {
	if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
	const missing = packages.filter((name) => !isInstalled(name));
	if (missing.length === 0) return;
	const install = () => aptGet("install", "-y", "--no-install-recommends", ...missing);
	let { status, stderr } = install();
	// The lists may be older than what the mirror has.
	if (status !== 0 && aptGet("update").status === 0) ({ status, stderr } = install());
	if (status === 0) console.error(`Installed Debian packages for tests: ${missing.join(", ")}`);
	else
		console.error(`Not installed, tests that need them are skipped: ${missing.join(", ")}\n${stderr ?? ""}`.trimEnd());
}

function isInstalled(name) {
	const { stdout } = spawnSync("dpkg", ["--status", name], { encoding: "utf8" });
	return stdout?.includes("Status: install ok installed") ?? false;
}

function aptGet(...args) {
	return spawnSync("apt-get", ["-qq", ...args], {
		encoding: "utf8",
		env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
		stdio: ["ignore", "ignore", "pipe"],
		timeout: longestMs,
	});
}
