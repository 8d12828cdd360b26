import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks Kafka's assignors about groups drawn by chance, always the same ones, and prints kafka-assignors.json. Its argument is the version of kafka-clients.
 */
public class KafkaAssignors {
  /** A group: how many partitions each topic has, and which topics each member takes. */
  record Group(TreeMap<String, Integer> topics, TreeMap<String, List<String>> members) {}

  static final Random random = new Random(20260101);

  public static void main(String[] args) {
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Group group = drawn(1 + random.nextInt(5), 1 + random.nextInt(9), 12, i % 2 == 0);
      groups.add(
          "{" + text(group)
              + ",\"range\":" + json(assign(new RangeAssignor(), group, Map.of()))
              + ",\"roundrobin\":" + json(assign(new RoundRobinAssignor(), group, Map.of())) + "}");
    }
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      boolean alike = i % 3 != 2;
      Group before = drawn(1 + random.nextInt(4), 1 + random.nextInt(7), 12, alike);
      Group after = changed(before, alike);
      var first = assign(new StickyAssignor(), before, Map.of());
      changes.add(
          "{\"alike\":" + alike + "," + text(after)
              + ",\"previous\":" + json(first)
              + ",\"sticky\":" + json(assignSticky(after, first))
              + ",\"cooperative\":" + json(assign(new CooperativeStickyAssignor(), after, first)) + "}");
    }
    System.out.println(
        "{\"source\":\"kafka-clients " + args[0]
            + ": RangeAssignor, RoundRobinAssignor, StickyAssignor, CooperativeStickyAssignor, without racks\",\n\"groups\":[\n"
            + String.join(",\n", groups) + "\n],\n\"changes\":[\n" + String.join(",\n", changes) + "\n]}");
  }

  static Group drawn(int topics, int members, int most, boolean alike) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < topics; i++) counts.put("t" + i, 1 + random.nextInt(most));
    TreeMap<String, List<String>> takes = new TreeMap<>();
    for (int i = 0; i < members; i++) takes.put("m" + i, taken(counts.keySet(), alike));
    return new Group(counts, takes);
  }

  static List<String> taken(Set<String> topics, boolean alike) {
    return some(topics, topics.stream().filter(topic -> alike || random.nextInt(3) > 0).toList());
  }

  /** A member without topics confuses the StickyAssignor: it keeps what it owned. */
  static List<String> some(Set<String> topics, List<String> taken) {
    return taken.isEmpty() ? List.of(topics.iterator().next()) : taken;
  }

  /** Members leave and join, and sometimes a topic grows or goes. */
  static Group changed(Group group, boolean alike) {
    TreeMap<String, Integer> topics = new TreeMap<>(group.topics);
    TreeMap<String, List<String>> members = new TreeMap<>(group.members);
    if (random.nextInt(3) == 0) topics.merge(topics.firstKey(), 1 + random.nextInt(4), Integer::sum);
    if (random.nextInt(4) == 0 && topics.size() > 1) topics.remove(topics.lastKey());
    members.replaceAll((id, taken) -> some(topics.keySet(), taken.stream().filter(topics::containsKey).toList()));
    for (int leave = random.nextInt(3); leave > 0 && members.size() > 1; leave--) {
      members.remove(new ArrayList<>(members.keySet()).get(random.nextInt(members.size())));
    }
    for (int join = random.nextInt(3); join > 0; join--) {
      members.put("n" + members.size(), taken(topics.keySet(), alike));
    }
    return new Group(topics, members);
  }

  static Map<String, List<TopicPartition>> assign(
      AbstractPartitionAssignor assignor, Group group, Map<String, List<TopicPartition>> owned) {
    Map<String, Subscription> subscriptions = new HashMap<>();
    group.members.forEach(
        (id, topics) -> {
          List<TopicPartition> own = owned.getOrDefault(id, List.of());
          subscriptions.put(id, new Subscription(topics, null, own, 1, Optional.empty()));
        });
    return assignor.assign(new HashMap<>(group.topics), subscriptions);
  }

  /** Members of the eager assignor say what they own in data of its own. */
  static Map<String, List<TopicPartition>> assignSticky(Group group, Map<String, List<TopicPartition>> owned) {
    Map<String, Subscription> subscriptions = new HashMap<>();
    group.members.forEach(
        (id, topics) -> {
          StickyAssignor member = new StickyAssignor();
          if (owned.containsKey(id)) {
            member.onAssignment(
                new Assignment(owned.get(id)), new ConsumerGroupMetadata("group", 1, id, Optional.empty()));
          }
          subscriptions.put(id, new Subscription(topics, member.subscriptionUserData(Set.copyOf(topics))));
        });
    return new StickyAssignor().assign(new HashMap<>(group.topics), subscriptions);
  }

  static String text(Group group) {
    return "\"topics\":" + object(group.topics, String::valueOf)
        + ",\"members\":" + object(group.members, taken -> list(taken, topic -> "\"" + topic + "\""));
  }

  /** Numbers of partitions by topic and member. */
  static String json(Map<String, List<TopicPartition>> assignment) {
    return object(
        new TreeMap<>(assignment),
        own -> {
          TreeMap<String, TreeSet<Integer>> byTopic = new TreeMap<>();
          for (var each : own) byTopic.computeIfAbsent(each.topic(), topic -> new TreeSet<>()).add(each.partition());
          return object(byTopic, numbers -> list(numbers, String::valueOf));
        });
  }

  static <T> String object(Map<String, T> map, Function<T, String> value) {
    return map.entrySet().stream()
        .map(entry -> "\"" + entry.getKey() + "\":" + value.apply(entry.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  static <T> String list(Iterable<T> items, Function<T, String> text) {
    List<String> texts = new ArrayList<>();
    for (T item : items) texts.add(text.apply(item));
    return "[" + String.join(",", texts) + "]";
  }
}
