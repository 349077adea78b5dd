import { win32 } from "node:path";
import { type Setup, type SystemService, serviceName, xmlText } from "./plan.ts";

/** A task of Windows' Task Scheduler at the user's logon. */
export const taskScheduler: SystemService = {
	install: (setup) => [
		{ write: pathOf(setup), content: inUtf16(task(setup)) },
		schtasks("/create", "/tn", serviceName, "/xml", pathOf(setup), "/f"),
		{ remove: pathOf(setup) },
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

function pathOf({ temporary }: Setup): string {
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
