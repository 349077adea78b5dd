import { posix, win32 } from "node:path";

/** Program to run at every login, and its user. All paths are absolute. */
export interface Setup {
	/** The user's home folder. */
	userFolder: string;
	/** The system's folder for temporary files. */
	temporary: string;
	/** Program to run, with its arguments. */
	command: readonly string[];
	/** Folder of the configuration and the data. */
	home: string;
	/** The user's id; 0 on Windows, which has none. */
	uid: number;
	/** The user's name, on Windows with the domain: `DESKTOP\fish`. */
	user: string;
}

/** A system program with its arguments. */
export interface Call {
	program: string;
	args: readonly string[];
	/** Set if it may fail because its subject does not exist. */
	mayFail?: true;
}

/** Steps in order of execution. */
export type Step = { write: string; content: Buffer } | { remove: string } | Call;

/**
 * Plans how a system starts livekeeper at login, stops doing that, or reports its state. Pure: nothing is executed yet.
 */
export interface SystemService {
	install(setup: Setup): Step[];
	uninstall(setup: Setup): Step[];
	status(setup: Setup): Step[];
}

/** Name under which the system knows it. */
const serviceName = "livekeeper";

function xmlText(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const unit = `${serviceName}.service`;

/** A unit of the user's own systemd. */
const systemd: SystemService = {
	install: (setup) => [
		{ write: unitPath(setup), content: Buffer.from(unitFile(setup)) },
		systemctl("daemon-reload"),
		systemctl("enable", "--now", unit),
	],
	uninstall: (setup) => [
		{ ...systemctl("disable", "--now", unit), mayFail: true },
		{ remove: unitPath(setup) },
		systemctl("daemon-reload"),
	],
	status: () => [{ ...systemctl("status", "--no-pager", "--lines=5", unit), mayFail: true }],
};

function systemctl(...args: string[]) {
	return { program: "systemctl", args: ["--user", ...args] };
}

function unitPath({ userFolder }: Setup): string {
	return posix.join(userFolder, ".config/systemd/user", unit);
}

function unitFile({ command, home }: Setup): string {
	return `[Unit]
Description=livekeeper keeps Douyin live rooms connected

[Service]
ExecStart=${command.map(quoted).join(" ")}
WorkingDirectory=${home.replaceAll("%", "%%")}
Restart=always
RestartSec=5
TimeoutStopSec=45

[Install]
WantedBy=default.target
`;
}

/** Quotes a word for systemd, which splits and expands command lines. */
function quoted(word: string): string {
	const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$");
	return `"${escaped}"`;
}

/** An agent of the user's launchd. */
const launchd: SystemService = {
	install: (setup) => [
		{ write: agentPath(setup), content: Buffer.from(propertyList(setup)) },
		// A loaded agent would keep its old definition.
		{ ...launchctl("bootout", targetOf(setup)), mayFail: true },
		launchctl("bootstrap", `gui/${setup.uid}`, agentPath(setup)),
	],
	uninstall: (setup) => [{ ...launchctl("bootout", targetOf(setup)), mayFail: true }, { remove: agentPath(setup) }],
	status: (setup) => [{ ...launchctl("print", targetOf(setup)), mayFail: true }],
};

function launchctl(...args: string[]) {
	return { program: "launchctl", args };
}

const targetOf = ({ uid }: Setup) => `gui/${uid}/${serviceName}`;

function agentPath({ userFolder }: Setup): string {
	return posix.join(userFolder, "Library/LaunchAgents", `${serviceName}.plist`);
}

function propertyList({ command, home }: Setup): string {
	const words = command.map((word) => `\t\t<string>${xmlText(word)}</string>`).join("\n");
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>${serviceName}</string>
	<key>ProgramArguments</key>
	<array>
${words}
	</array>
	<key>WorkingDirectory</key>
	<string>${xmlText(home)}</string>
	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<true/>
</dict>
</plist>
`;
}

/** A task of Windows' Task Scheduler at the user's logon. */
const taskScheduler: SystemService = {
	install: (setup) => [
		{ write: definitionPath(setup), content: inUtf16(task(setup)) },
		schtasks("/create", "/tn", serviceName, "/xml", definitionPath(setup), "/f"),
		{ remove: definitionPath(setup) },
		schtasks("/run", "/tn", serviceName),
	],
	uninstall: () => [
		{ ...schtasks("/end", "/tn", serviceName), mayFail: true },
		schtasks("/delete", "/tn", serviceName, "/f"),
	],
	status: () => [{ ...schtasks("/query", "/tn", serviceName, "/v", "/fo", "list"), mayFail: true }],
};

function schtasks(...args: string[]) {
	return { program: "schtasks.exe", args };
}

function definitionPath({ temporary }: Setup): string {
	return win32.join(temporary, `${serviceName}-task.xml`);
}

/** Encodes a text for schtasks: UTF-16 with a byte order mark. */
function inUtf16(text: string): Buffer {
	return Buffer.from(`\uFEFF${text.replaceAll("\n", "\r\n")}`, "utf16le");
}

/** Returns a command line. A script needs cmd.exe, which removes the outer quotes and expands nothing within the inner. */
function commandLine([program = "", ...args]: readonly string[]): string {
	const line = [program, ...args].map((word) => (/^[\w-]+$/.test(word) ? word : `"${word}"`)).join(" ");
	return program.endsWith(".cmd") ? `cmd.exe /d /s /c "${line}"` : line;
}

/**
 * Returns the task's definition. It runs in conhost without a window, because a console program would show one at each
 * logon.
 */
function task({ command, home, user }: Setup): string {
	return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>livekeeper keeps Douyin live rooms connected</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <UserId>${xmlText(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>%SystemRoot%\\System32\\conhost.exe</Command>
      <Arguments>${xmlText(`--headless ${commandLine(command)}`)}</Arguments>
      <WorkingDirectory>${xmlText(home)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}

/** @returns `undefined` for systems on which livekeeper can't be a service */
export function systemServiceOf(platform: NodeJS.Platform): SystemService | undefined {
	if (platform === "win32") return taskScheduler;
	if (platform === "darwin") return launchd;
	return platform === "linux" ? systemd : undefined;
}
