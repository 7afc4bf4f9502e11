// Command external-dns is external-dns with one DNS provider, PowerDNS, instead of all of them.
//
// Flags, sources, plan, registries and provider are the product's own packages. Its command cannot be built
// in reasonable time, for it links the client of every cloud; what is written anew here is what that command
// does with the packages: put them together and reconcile in a loop. Left out: events about changed records,
// the webhook server, the registries of Amazon, and any other provider.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	log "github.com/sirupsen/logrus"
	"k8s.io/klog/v2"

	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns/validation"
	"sigs.k8s.io/external-dns/plan"
	"sigs.k8s.io/external-dns/provider"
	"sigs.k8s.io/external-dns/provider/pdns"
	"sigs.k8s.io/external-dns/registry"
	"sigs.k8s.io/external-dns/source"
	"sigs.k8s.io/external-dns/source/annotations"
	"sigs.k8s.io/external-dns/source/wrappers"
)

func main() {
	settings := externaldns.NewConfig()
	if err := settings.ParseFlags(os.Args[1:]); err != nil {
		log.Fatalf("flag parsing error: %v", err)
	}
	if err := validation.ValidateConfig(settings); err != nil {
		log.Fatalf("config validation failed: %v", err)
	}
	annotations.SetAnnotationPrefix(settings.AnnotationPrefix)
	configureLog(settings)
	log.Infof("config: %s", settings)
	log.Info(externaldns.Banner())

	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	go serve(settings.MetricsAddress)
	loop, err := assemble(ctx, settings)
	if err != nil {
		log.Fatal(err)
	}
	if settings.Once {
		if err := loop.once(ctx); err != nil {
			log.Fatal(err)
		}
		return
	}
	loop.run(ctx, settings.UpdateEvents)
}

func configureLog(settings *externaldns.Config) {
	if settings.LogFormat == "json" {
		log.SetFormatter(&log.JSONFormatter{})
	}
	level, err := log.ParseLevel(settings.LogLevel)
	if err != nil {
		log.Fatalf("failed to parse log level: %v", err)
	}
	log.SetLevel(level)
	if level < log.DebugLevel {
		klog.SetLogger(logr.Discard())
	}
}

// serve answers health checks and gives the metrics of the product's packages.
func serve(address string) {
	http.HandleFunc("/healthz", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(answer, "OK")
	})
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(address, nil))
}

func assemble(ctx context.Context, settings *externaldns.Config) (*reconciler, error) {
	policy, known := plan.Policies[settings.Policy]
	if !known {
		return nil, fmt.Errorf("unknown policy: %s", settings.Policy)
	}
	domains := endpoint.NewDomainFilterWithExclusions(settings.DomainFilter, settings.ExcludeDomains)
	if settings.RegexDomainFilter != nil && settings.RegexDomainFilter.String() != "" {
		domains = endpoint.NewRegexDomainFilter(settings.RegexDomainFilter, settings.RegexDomainExclusion)
	}
	wanted, err := buildSource(ctx, settings)
	if err != nil {
		return nil, err
	}
	served, err := buildProvider(ctx, settings, domains)
	if err != nil {
		return nil, err
	}
	records, err := buildRegistry(settings, served)
	if err != nil {
		return nil, err
	}
	return &reconciler{
		source:    wanted,
		registry:  records,
		policy:    policy,
		domains:   domains,
		managed:   settings.ManagedDNSRecordTypes,
		excluded:  settings.ExcludeDNSRecordTypes,
		formerly:  settings.TXTOwnerOld,
		interval:  settings.Interval,
		notBefore: settings.MinEventSyncInterval,
		changed:   make(chan struct{}, 1),
	}, nil
}

func buildSource(ctx context.Context, settings *externaldns.Config) (source.Source, error) {
	timeout := settings.RequestTimeout
	if settings.UpdateEvents { // a watch is one long request
		timeout = 0
	}
	clients := &source.SingletonClientGenerator{
		KubeConfig:     settings.KubeConfig,
		APIServerURL:   settings.APIServerURL,
		RequestTimeout: timeout,
	}
	sources, err := source.ByNames(ctx, clients, settings.Sources, source.NewSourceConfig(settings))
	if err != nil {
		return nil, err
	}
	return wrappers.WrapSources(sources, wrappers.NewConfig(
		wrappers.WithDefaultTargets(settings.DefaultTargets),
		wrappers.WithForceDefaultTargets(settings.ForceDefaultTargets),
		wrappers.WithNAT64Networks(settings.NAT64Networks),
		wrappers.WithTargetNetFilter(settings.TargetNetFilter),
		wrappers.WithExcludeTargetNets(settings.ExcludeTargetNets),
		wrappers.WithMinTTL(settings.MinTTL),
	))
}

func buildProvider(
	ctx context.Context, settings *externaldns.Config, domains *endpoint.DomainFilter,
) (provider.Provider, error) {
	if settings.Provider != "pdns" {
		return nil, fmt.Errorf("this build has the provider pdns only, not %s", settings.Provider)
	}
	made, err := pdns.NewPDNSProvider(ctx, pdns.PDNSConfig{
		DomainFilter: domains,
		DryRun:       settings.DryRun,
		Server:       settings.PDNSServer,
		ServerID:     settings.PDNSServerID,
		APIKey:       settings.PDNSAPIKey,
		TLSConfig: pdns.TLSConfig{
			SkipTLSVerify:         settings.PDNSSkipTLSVerify,
			CAFilePath:            settings.TLSCA,
			ClientCertFilePath:    settings.TLSClientCert,
			ClientCertKeyFilePath: settings.TLSClientCertKey,
		},
	})
	if err != nil {
		return nil, err
	}
	if settings.ProviderCacheTime > 0 {
		return provider.NewCachedProvider(made, settings.ProviderCacheTime), nil
	}
	return made, nil
}

func buildRegistry(settings *externaldns.Config, served provider.Provider) (registry.Registry, error) {
	switch settings.Registry {
	case "noop":
		return registry.NewNoopRegistry(served)
	case "txt":
		return registry.NewTXTRegistry(
			served, settings.TXTPrefix, settings.TXTSuffix, settings.TXTOwnerID, settings.TXTCacheInterval,
			settings.TXTWildcardReplacement, settings.ManagedDNSRecordTypes, settings.ExcludeDNSRecordTypes,
			settings.TXTEncryptEnabled, []byte(settings.TXTEncryptAESKey), settings.TXTOwnerOld,
		)
	}
	return nil, fmt.Errorf("this build has the registries txt and noop only, not %s", settings.Registry)
}

// A reconciler makes a provider's records what the sources want, as far as it owns them.
type reconciler struct {
	source    source.Source
	registry  registry.Registry
	policy    plan.Policy
	domains   *endpoint.DomainFilter
	managed   []string
	excluded  []string
	formerly  string        // a former owner whose records are taken over
	interval  time.Duration // between two runs if nothing changes
	notBefore time.Duration // between two runs if things do
	changed   chan struct{}
}
