import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listener, run } from "../run.helpers.ts";
import { carryOut, type Hands } from "./carry-out.ts";
import type { Setup, Step } from "./systems.ts";
import { systemServiceOf } from "./systems.ts";

const posix: Setup = {
	userFolder: "/home/yu",
	temporary: "/tmp",
	command: ["/opt/我的 直播/livekeeper", "serve"],
	home: "/opt/我的 直播",
	uid: 501,
	user: "yu",
};
const windows: Setup = {
	userFolder: "C:\\Users\\小鱼",
	temporary: "C:\\Temp",
	command: ["C:\\我的 直播 & 100%\\livekeeper.cmd", "serve"],
	home: "C:\\我的 直播 & 100%",
	uid: 0,
	user: "DESKTOP\\小鱼",
};

function systemOf(platform: NodeJS.Platform) {
	const system = systemServiceOf(platform);
	if (!system) throw new Error(`there is none for ${platform}`);
	return system;
}

/** Returns files by their path alone, calls as command lines. */
function outline(steps: readonly Step[]): string[] {
	return steps.map((step) => {
		if ("program" in step) return `${step.program} ${step.args.join(" ")}${step.mayFail ? " (may fail)" : ""}`;
		return "write" in step ? `write ${step.write}` : `remove ${step.remove}`;
	});
}

function written(steps: readonly Step[], encoding: BufferEncoding = "utf8"): string {
	const step = steps.find((one) => "write" in one);
	return step ? step.content.toString(encoding) : "";
}

test("uses a unit of the user's systemd on Linux", () => {
	const { install, uninstall, status } = systemOf("linux");
	const unit = "/home/yu/.config/systemd/user/livekeeper.service";
	expect(outline(install(posix))).toEqual([
		`write ${unit}`,
		"systemctl --user daemon-reload",
		"systemctl --user enable --now livekeeper.service",
	]);
	expect(written(install(posix))).toContain(
		'ExecStart="/opt/我的 直播/livekeeper" "serve"\nWorkingDirectory=/opt/我的 直播\n',
	);
	expect(outline(uninstall(posix))).toEqual([
		"systemctl --user disable --now livekeeper.service (may fail)",
		`remove ${unit}`,
		"systemctl --user daemon-reload",
	]);
	expect(outline(status(posix))).toEqual([
		"systemctl --user status --no-pager --lines=5 livekeeper.service (may fail)",
	]);
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!hasSystemd).each(["plain", '我的 直播 100% "x" $HOME \\n'])(
	"passes systemd's check in a folder %j",
	(name) => {
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-unit-"));
		onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
		// systemd also looks for the program.
		const setup = { ...posix, command: ["/bin/true", `/opt/${name}/livekeeper.js`, "serve"], home: folder };
		const unit = join(folder, "livekeeper.service");
		writeFileSync(unit, written(systemOf("linux").install(setup)));
		const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--user", "--man=no", unit], {
			encoding: "utf8",
			env: { ...process.env, XDG_RUNTIME_DIR: folder, HOME: folder },
		});
		expect(stderr).not.toContain("livekeeper.service:");
		expect(status, stderr).toBe(0);
	},
);

test("uses an agent of the user's launchd on macOS", () => {
	const { install, uninstall, status } = systemOf("darwin");
	const list = "/home/yu/Library/LaunchAgents/livekeeper.plist";
	expect(outline(install(posix))).toEqual([
		`write ${list}`,
		"launchctl bootout gui/501/livekeeper (may fail)",
		`launchctl bootstrap gui/501 ${list}`,
	]);
	const content = written(install({ ...posix, home: "/opt/a&b" }));
	expect(content).toContain("<string>/opt/我的 直播/livekeeper</string>");
	expect(content).toContain("<key>WorkingDirectory</key>\n\t<string>/opt/a&amp;b</string>");
	expect(outline(uninstall(posix))).toEqual(["launchctl bootout gui/501/livekeeper (may fail)", `remove ${list}`]);
	expect(outline(status(posix))).toEqual(["launchctl print gui/501/livekeeper (may fail)"]);
});

test("uses a windowless task at logon on Windows", () => {
	const { install, uninstall, status } = systemOf("win32");
	const file = "C:\\Temp\\livekeeper-task.xml";
	expect(outline(install(windows))).toEqual([
		`write ${file}`,
		`schtasks.exe /create /tn livekeeper /xml ${file} /f`,
		`remove ${file}`,
		"schtasks.exe /run /tn livekeeper",
	]);
	const content = written(install(windows), "utf16le");
	expect(content).toMatch(/^\uFEFF<\?xml version="1.0" encoding="UTF-16"\?>\r\n/);
	expect(content).toContain("<UserId>DESKTOP\\小鱼</UserId>");
	expect(content).toContain(
		"<Arguments>--headless cmd.exe /d /s /c &quot;&quot;C:\\我的 直播 &amp; 100%\\livekeeper.cmd&quot; serve&quot;</Arguments>",
	);
	expect(content).toContain("<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>");
	expect(outline(uninstall(windows))).toEqual([
		"schtasks.exe /end /tn livekeeper (may fail)",
		"schtasks.exe /delete /tn livekeeper /f",
	]);
	expect(outline(status(windows))).toEqual(["schtasks.exe /query /tn livekeeper /v /fo list (may fail)"]);
});

test("supports no other system", () => {
	expect(systemServiceOf("freebsd")).toBeUndefined();
});

/** Records the operations instead of performing them. */
function hands(fails: Record<string, { status: number | null; output: string; error?: Error }> = {}) {
	const done: string[] = [];
	const fake: Hands = {
		write: (path) => void done.push(`write ${path}`),
		remove: (path) => void done.push(`remove ${path}`),
		call({ program, args }) {
			const line = `${program} ${args.join(" ")}`;
			done.push(line);
			return Object.entries(fails).find(([part]) => line.includes(part))?.[1] ?? { status: 0, output: "" };
		},
	};
	return { done, fake };
}

test("prints each step and continues after tolerated failures", () => {
	const { done, fake } = hands({ disable: { status: 1, output: "Unit livekeeper.service does not exist." } });
	const { io, lines } = listener();
	carryOut(systemOf("linux").uninstall(posix), io, fake);
	expect(done).toHaveLength(3);
	expect(lines.out).toEqual([
		"Run systemctl --user disable --now livekeeper.service",
		"Unit livekeeper.service does not exist.",
		"Remove /home/yu/.config/systemd/user/livekeeper.service",
		"Run systemctl --user daemon-reload",
	]);
});

test.each([
	["a failing step", { status: 1, output: "Access denied" }, "exit status 1"],
	["a missing program", { status: null, output: "", error: new Error("spawn systemctl ENOENT") }, "ENOENT"],
])("stops at %s with a description", (_, end, words) => {
	const { done, fake } = hands({ "daemon-reload": end });
	const { io, lines } = listener();
	expect(() => carryOut(systemOf("linux").install(posix), io, fake)).toThrow(
		expect.objectContaining({ code: "system_service_failed", message: expect.stringContaining(words) }),
	);
	expect(done).toHaveLength(2);
	if (end.output) expect(lines.out).toContain(end.output);
});

test.runIf(systemServiceOf(process.platform))("prints the steps of a dry run without performing them", async () => {
	const { out, failed } = await run("service", "install", "--dry-run");
	expect(failed).toBe(false);
	expect(out).toContain("livekeeper.js");
	expect(out).toContain(process.execPath);
	const [, path = ""] = /^Write (.+)$/m.exec(out) ?? [];
	expect(path.startsWith(homedir()) || path.startsWith(tmpdir())).toBe(true);
	expect((await run("service", "uninstall", "--dry-run")).out).toMatch(/^Run .*livekeeper/m);
});
