/** A command to copy, or a file to write or change, with what it is for. Nothing here is ever applied. */
export type GuideStep = {
  readonly title: string;
  readonly kind: 'command' | 'file' | 'diff' | 'text';
  /** The file that `text` belongs in. */
  readonly path?: string;
  readonly text: string;
  readonly note?: string;
};

export type GuideTarget = 'docker' | 'podman' | 'nerdctl' | 'kind' | 'minikube' | 'compose';

export type LocalGuide = {
  readonly target: GuideTarget;
  readonly title: string;
  /** host:port as this tool has to write it. */
  readonly address: string;
  /** Why the address is what it is, where it is not the registry's own. */
  readonly why?: string;
  readonly steps: readonly GuideStep[];
  readonly engine?: { readonly name: string; readonly socket: string };
};

export type TrustTarget = 'docker' | 'podman' | 'linux' | 'macos' | 'windows';

export type TrustGuide = {
  readonly target: TrustTarget;
  readonly title: string;
  readonly steps: readonly GuideStep[];
};

export type GuidePlatform = 'linux' | 'darwin' | 'win32';

/** An engine that was found on this machine. */
export type GuideEngine = {
  readonly kind: 'docker' | 'podman';
  readonly name: string;
  readonly socket: string;
  /** Where it runs: in a virtual machine its 127.0.0.1 is not this machine's. */
  readonly location: 'here' | 'virtual-machine' | 'elsewhere';
};

/** Everything the guides depend on. */
export type LocalPlace = {
  readonly platform: GuidePlatform;
  readonly port: number;
  readonly reach: 'this-computer' | 'network';
  readonly tls: boolean;
  readonly users: readonly string[];
  /** Names and addresses the certificate is for; without TLS it does not matter. */
  readonly certificateNames: readonly string[];
  readonly networkAddresses: readonly NetworkAddress[];
  readonly engines: readonly GuideEngine[];
  /** Docker Desktop's settings as they are, so that the change to them can be shown. */
  readonly dockerDaemonJson?: string;
  /** The CA's certificate as a file on this machine; absent while there is none. */
  readonly caFile?: string;
};

/** An address of this machine that others can use. */
export type NetworkAddress = {
  readonly address: string;
  readonly interfaceName: string;
  /** `containers` is a bridge that only containers and virtual machines on this machine see. */
  readonly kind: 'network' | 'containers';
  readonly isPublic: boolean;
};

/** What the commands of the guides push and pull. */
export const exampleImage = 'app:dev';
