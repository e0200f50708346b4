import { Component, type ReactNode } from 'react';
import { ErrorState } from '#components/ErrorState';
import { toContractError } from '#lib/api';

type ErrorBoundaryProps = {
  /** Another key is another try: the user has moved on. */
  readonly resetKey?: string;
  readonly children: ReactNode;
};

type ErrorBoundaryState = { readonly thrown: unknown; readonly failedKey: string | undefined };

/** Shows a fault of the window itself in place of the part that failed; the rest goes on. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { thrown: undefined, failedKey: undefined };

  static getDerivedStateFromError(thrown: unknown): Partial<ErrorBoundaryState> {
    return { thrown: thrown ?? new Error('A part of the window failed without a reason.') };
  }

  static getDerivedStateFromProps(
    { resetKey }: ErrorBoundaryProps,
    { thrown, failedKey }: ErrorBoundaryState,
  ): Partial<ErrorBoundaryState> | null {
    if (thrown === undefined) return { failedKey: resetKey };
    return failedKey === resetKey ? null : { thrown: undefined, failedKey: resetKey };
  }

  private readonly retry = (): void => this.setState({ thrown: undefined });

  override render(): ReactNode {
    if (this.state.thrown === undefined) return this.props.children;
    return <ErrorState error={toContractError(this.state.thrown)} onRetry={this.retry} />;
  }
}
