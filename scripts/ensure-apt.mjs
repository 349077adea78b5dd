// Debian packages that some tests use; those tests are skipped if a package is absent.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

const quick = [
	// The servers that a cluster's nodes share (packages/log/src/event-log/jetstream).
	"nats-server",
	// The page as a browser shows it (e2e/seams/page.test.ts): Chromium without the parts that only people need.
	"chromium-headless-shell",
];
const long = [
	// A Socket.IO client that is not ours (e2e/readers.test.ts).
	"python3-socketio",
	"python3-aiohttp",
	// The whole browser, which alone loads extensions (e2e/pages/login-wizard.test.ts).
	"chromium",
	"fonts-noto-cjk",
	// User names contain emoji, which pictures of the page show (npm run screenshots).
	"fonts-noto-color-emoji",
	// Answers the queries of the Grafana dashboard (e2e/grafana.test.ts).
	"prometheus",
	// Opens exports for office programs (packages/livekeeper/src/outputs/export/libreoffice.long.test.ts).
	"libreoffice-calc-nogui",
	// The broker that targets publish to (packages/targets/src/transports).
	"mosquitto",
	// They run the archive for Windows, and close its window (e2e/windows.test.ts); 205 MB to fetch.
	...(process.arch === "x64" ? ["wine", "wine64", "gcc-mingw-w64-x86-64-win32"] : []),
];

/** Names of the packages that tests use, for `npm test` and for `npm run test:all`. */
export const debianPackages = { quick, all: [...quick, ...long] };
/** Timeout of one run of apt-get, ms: without a network it would never end. */
const maxMs = 180_000;

/** Installs missing packages if that needs no confirmation: as root, on Debian. Prints what it did. */
export async function ensureDebianPackages(names) {
	if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
	const missing = names.filter((name) => !isInstalled(name));
	if (missing.length === 0) return;
	const install = ["install", "-y", "--no-install-recommends", ...missing];
	let { status, errors } = await aptGet(install);
	// The lists may be older than the mirror's content.
	if (status !== 0 && (await aptGet(["update"])).status === 0) ({ status, errors } = await aptGet(install));
	if (status === 0) console.error(`Installed Debian packages for tests: ${missing.join(", ")}`);
	else console.error(`Not installed, tests that need them are skipped: ${missing.join(", ")}\n${errors}`.trimEnd());
}

async function aptGet(args) {
	const child = spawn("apt-get", ["-qq", "-o", `DPkg::Lock::Timeout=${maxMs / 1000}`, ...args], {
		env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
		stdio: ["ignore", "ignore", "pipe"],
		timeout: maxMs,
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
