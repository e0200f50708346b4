export {
  createLocalRegistry,
  type LocalRegistry,
  type LocalRegistryOptions,
} from './local-registry';
