// close-window.exe NAME: simulates the closing of a console's window for all programs of that name. Like Windows, it
// starts a thread in each of them that runs CtrlRoutine with CTRL_CLOSE_EVENT.
#include <stdio.h>
#include <windows.h>
#include <tlhelp32.h>

int main(int argc, char **argv) {
	PROCESSENTRY32 program = {.dwSize = sizeof program};
	HANDLE programs = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
	FARPROC routine = GetProcAddress(GetModuleHandleA("kernelbase.dll"), "CtrlRoutine");
	int closed = 0;
	if (argc != 2 || routine == NULL) return 2;
	for (BOOL more = Process32First(programs, &program); more; more = Process32Next(programs, &program)) {
		if (_stricmp(program.szExeFile, argv[1]) != 0) continue;
		HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, program.th32ProcessID);
		void *event = (void *)(ULONG_PTR)CTRL_CLOSE_EVENT;
		if (CreateRemoteThread(process, NULL, 0, (LPTHREAD_START_ROUTINE)routine, event, 0, NULL) != NULL) closed++;
	}
	return closed > 0 ? 0 : 1;
}
