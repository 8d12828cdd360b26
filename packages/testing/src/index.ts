export { faultProxy, type FaultProxy, type FaultProxyOptions, type ProxyTarget } from './fault-proxy.ts'
