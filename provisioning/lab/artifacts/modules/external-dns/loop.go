package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	log "github.com/sirupsen/logrus"

	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/metrics"
	"sigs.k8s.io/external-dns/plan"
	"sigs.k8s.io/external-dns/provider"
)

// Named as in the product, so that alerts and probes written for it hold.
var (
	registryErrors = counter("registry", "errors_total", "Number of Registry errors.")
	sourceErrors   = counter("source", "errors_total", "Number of Source errors.")
	unchangedRuns  = counter("controller", "no_op_runs_total", "Number of runs without a change.")
	lastAttempt    = gauge("controller", "last_reconcile_timestamp_seconds", "Time of the last attempt to sync.")
	lastSync       = gauge("controller", "last_sync_timestamp_seconds", "Time of the last successful sync.")
	softErrors     = gauge("controller", "consecutive_soft_errors", "Soft errors since the last success.")
)

func counter(subsystem, name, help string) prometheus.Counter {
	made := metrics.NewCounterWithOpts(prometheus.CounterOpts{Subsystem: subsystem, Name: name, Help: help})
	metrics.RegisterMetric.MustRegister(made)
	return made.Counter
}

func gauge(subsystem, name, help string) prometheus.Gauge {
	made := metrics.NewGaugeWithOpts(prometheus.GaugeOpts{Subsystem: subsystem, Name: name, Help: help})
	metrics.RegisterMetric.MustRegister(made)
	return made.Gauge
}

// once does one run: what is, what is wanted, the difference, the changes.
func (r *reconciler) once(ctx context.Context) error {
	lastAttempt.SetToCurrentTime()
	current, err := r.registry.Records(ctx)
	if err != nil {
		registryErrors.Inc()
		return err
	}
	ctx = context.WithValue(ctx, provider.RecordsContextKey, current)
	wanted, err := r.source.Endpoints(ctx)
	if err != nil {
		sourceErrors.Inc()
		return err
	}
	desired, err := r.registry.AdjustEndpoints(wanted)
	if err != nil {
		return fmt.Errorf("adjusting endpoints: %w", err)
	}
	calculation := &plan.Plan{
		Policies:       []plan.Policy{r.policy},
		Current:        current,
		Desired:        desired,
		DomainFilter:   endpoint.MatchAllDomainFilters{r.domains, r.registry.GetDomainFilter()},
		ManagedRecords: r.managed,
		ExcludeRecords: r.excluded,
		OwnerID:        r.registry.OwnerID(),
		OldOwnerId:     r.formerly,
	}
	changes := calculation.Calculate().Changes
	if !changes.HasChanges() {
		unchangedRuns.Inc()
		log.Info("All records are already up to date")
	} else if err := r.registry.ApplyChanges(ctx, changes); err != nil {
		registryErrors.Inc()
		return err
	}
	lastSync.SetToCurrentTime()
	return nil
}

// run does a run at once, then one each interval, and sooner after a change if events are watched.
func (r *reconciler) run(ctx context.Context, watched bool) {
	if watched {
		r.source.AddEventHandler(ctx, r.note)
	}
	failures := 0
	for {
		began := time.Now()
		switch err := r.once(ctx); {
		case ctx.Err() != nil:
		case err == nil:
			failures = 0
		case errors.Is(err, provider.SoftError):
			failures++
			log.Errorf("Failed to do run once: %v (consecutive soft errors: %d)", err, failures)
		default: // as the product does: end, and let the kubelet start it again with a growing delay
			log.Fatalf("Failed to do run once: %v", err)
		}
		softErrors.Set(float64(failures))
		if !r.wait(ctx, began) {
			log.Info("Terminating main controller loop")
			return
		}
	}
}

// note says that something changed; any number of calls before the next run are one.
func (r *reconciler) note() {
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// wait returns true when the next run is due, and false when there will be none.
func (r *reconciler) wait(ctx context.Context, began time.Time) bool {
	due := time.After(time.Until(began.Add(r.interval)))
	select {
	case <-ctx.Done():
		return false
	case <-due:
		return true
	case <-r.changed:
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Until(began.Add(r.notBefore))):
		return true
	}
}
